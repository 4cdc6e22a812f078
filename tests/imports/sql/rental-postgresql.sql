-- A rental of films: what a dump of PostgreSQL looks like.
SET statement_timeout = 0;
SET search_path = public;

CREATE TYPE public.mpaa_rating AS ENUM ('G', 'PG', 'PG-13', 'R', 'NC-17');

CREATE DOMAIN public.year AS integer
    CONSTRAINT year_check CHECK (((VALUE >= 1901) AND (VALUE <= 2155)));

CREATE SEQUENCE public.actor_actor_id_seq START WITH 1 INCREMENT BY 1;

CREATE TABLE public.actor (
    actor_id integer DEFAULT nextval('public.actor_actor_id_seq'::regclass) NOT NULL,
    first_name character varying(45) NOT NULL,
    last_name character varying(45) NOT NULL,
    last_update timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.actor OWNER TO postgres;

CREATE TABLE public.language (
    language_id integer NOT NULL,
    name character(20) NOT NULL,
    last_update timestamp without time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.category (
    category_id SERIAL PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE public.film (
    film_id integer NOT NULL,
    title text NOT NULL,
    description text,
    release_year public.year,
    language_id smallint NOT NULL,
    original_language_id smallint,
    rental_duration smallint DEFAULT 3 NOT NULL,
    rental_rate numeric(4,2) DEFAULT 4.99 NOT NULL,
    length smallint CHECK (length > 0),
    rating public.mpaa_rating DEFAULT 'G'::public.mpaa_rating,
    special_features text[],
    fulltext tsvector NOT NULL,
    CONSTRAINT film_rate_positive CHECK ((rental_rate > (0)::numeric))
);
COMMENT ON TABLE public.film IS 'A film that is rented';
COMMENT ON COLUMN public.film.title IS 'As it stands on the box';

CREATE TABLE public.film_actor (
    actor_id smallint NOT NULL,
    film_id smallint NOT NULL,
    last_update timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.film_category (
    film_id smallint NOT NULL,
    category_id smallint NOT NULL,
    PRIMARY KEY (film_id, category_id)
);

CREATE TABLE public.customer (
    customer_id SERIAL,
    email character varying(50) UNIQUE,
    active boolean DEFAULT true NOT NULL,
    status character varying(10) NOT NULL,
    create_date date DEFAULT ('now'::text)::date NOT NULL,
    picture bytea,
    CONSTRAINT customer_pkey PRIMARY KEY (customer_id),
    CONSTRAINT customer_status CHECK (((status)::text = ANY ((ARRAY['new'::character varying, 'regular'::character varying])::text[])))
);

CREATE TABLE public.rental (
    rental_id integer NOT NULL,
    starts timestamp with time zone NOT NULL,
    ends timestamp with time zone,
    film_id integer NOT NULL,
    customer_id integer NOT NULL,
    days integer GENERATED ALWAYS AS (extract(day from ends - starts)) STORED,
    CONSTRAINT rental_order CHECK (ends > starts)
);

COPY public.actor (actor_id, first_name, last_name) FROM stdin;
1	PENELOPE	GUINESS
2	NICK; DROP TABLE actor;	WAHLBERG
\.

ALTER TABLE ONLY public.actor ADD CONSTRAINT actor_pkey PRIMARY KEY (actor_id);
ALTER TABLE ONLY public.language ADD CONSTRAINT language_pkey PRIMARY KEY (language_id);
ALTER TABLE ONLY public.film ADD CONSTRAINT film_pkey PRIMARY KEY (film_id);
ALTER TABLE ONLY public.film_actor ADD CONSTRAINT film_actor_pkey PRIMARY KEY (actor_id, film_id);
ALTER TABLE ONLY public.rental ADD CONSTRAINT rental_pkey PRIMARY KEY (rental_id);
CREATE INDEX idx_actor_last_name ON public.actor USING btree (last_name);
CREATE INDEX film_fulltext_idx ON public.film USING gist (fulltext);
CREATE UNIQUE INDEX idx_unq_rental ON public.rental USING btree (starts, film_id, customer_id);
ALTER TABLE ONLY public.film ADD CONSTRAINT film_language_id_fkey FOREIGN KEY (language_id) REFERENCES public.language(language_id) ON UPDATE CASCADE ON DELETE RESTRICT;
ALTER TABLE ONLY public.film ADD CONSTRAINT film_original_language_id_fkey FOREIGN KEY (original_language_id) REFERENCES public.language(language_id) ON DELETE SET NULL;
ALTER TABLE ONLY public.film_actor ADD CONSTRAINT film_actor_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.actor(actor_id);
ALTER TABLE ONLY public.film_actor ADD CONSTRAINT film_actor_film_id_fkey FOREIGN KEY (film_id) REFERENCES public.film(film_id);
ALTER TABLE ONLY public.film_category ADD FOREIGN KEY (film_id) REFERENCES public.film(film_id), ADD FOREIGN KEY (category_id) REFERENCES public.category(category_id);
ALTER TABLE ONLY public.rental ADD CONSTRAINT rental_film FOREIGN KEY (film_id) REFERENCES public.film;
ALTER TABLE ONLY public.rental ADD CONSTRAINT rental_customer FOREIGN KEY (customer_id) REFERENCES public.customer(customer_id) ON DELETE CASCADE;

CREATE VIEW public.film_list AS SELECT title FROM public.film;
CREATE FUNCTION public.last_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.last_update = CURRENT_TIMESTAMP;
    RETURN NEW;
END $$;
CREATE TRIGGER last_updated BEFORE UPDATE ON public.actor FOR EACH ROW EXECUTE FUNCTION public.last_updated();
GRANT SELECT ON public.film TO PUBLIC;
