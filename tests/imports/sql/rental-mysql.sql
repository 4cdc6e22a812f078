-- The same rental as a script for MySQL.
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `country`;
CREATE TABLE `country` (
  `country_id` SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'Counted up',
  `country` VARCHAR(50) NOT NULL,
  `last_update` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (`country_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Where people live';

CREATE TABLE `city` (
  `city_id` SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
  `city` VARCHAR(50) NOT NULL,
  `country_id` SMALLINT UNSIGNED NOT NULL,
  `location` GEOMETRY NOT NULL /*!80003 SRID 0 */,
  PRIMARY KEY (`city_id`),
  KEY `idx_fk_country_id` (`country_id`),
  SPATIAL KEY `idx_location` (`location`),
  CONSTRAINT `fk_city_country` FOREIGN KEY (`country_id`) REFERENCES `country` (`country_id`) ON DELETE RESTRICT ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE `film` (
  `film_id` INT UNSIGNED NOT NULL AUTO_INCREMENT,
  `title` VARCHAR(128) NOT NULL,
  `description` TEXT,
  `release_year` YEAR DEFAULT NULL,
  `length` INT UNSIGNED DEFAULT NULL,
  `replacement_cost` DECIMAL(5,2) NOT NULL DEFAULT '19.99',
  `rating` ENUM('G','PG','PG-13','R','NC-17') DEFAULT 'G',
  `special_features` SET('Trailers','Commentaries') DEFAULT NULL,
  `active` TINYINT(1) NOT NULL DEFAULT '1',
  `meta` JSON,
  `order` INT NOT NULL DEFAULT 0,
  `limit` INT,
  PRIMARY KEY (`film_id`),
  KEY `idx_title` (`title`),
  FULLTEXT KEY `idx_description` (`description`)
) ENGINE=InnoDB;

INSERT INTO `country` VALUES (1,'Afghanistan; it\'s far','2006-02-15 04:44:00');

DELIMITER ;;
CREATE TRIGGER `ins_film` AFTER INSERT ON `film` FOR EACH ROW BEGIN
  INSERT INTO film_text (film_id) VALUES (new.film_id);
END;;
DELIMITER ;
