// Load on the lists and rows of the service: `make load-test`, with k6 (https://k6.io).
//
// BASE_URL says where it is, VUS how many clients ask at the same time, DURATION how long; ADMIN_EMAIL and
// ADMIN_PASSWORD are the account of `make create-admin`. Start the service with RATE_LIMIT_PER_MINUTE=0: all clients
// have one address, and a refused request counts as failed.
import http from 'k6/http';
import { check } from 'k6';

const API = `${__ENV.BASE_URL || 'http://127.0.0.1:8000'}/api/v1`;
const RESOURCES = [
  { path: '/products', rows: true },
  { path: '/suppliers', rows: true },
  { path: '/tags', rows: true },
];

export const options = {
  vus: Number(__ENV.VUS || 10),
  duration: __ENV.DURATION || '30s',
  thresholds: {
    checks: ['rate>0.99'],
    http_req_failed: ['rate<0.01'],
    http_req_duration: [`p(95)<${__ENV.P95_MS || 500}`],
  },
};

export function setup() {
  const account = { email: __ENV.ADMIN_EMAIL, password: __ENV.ADMIN_PASSWORD };
  const answer = http.post(`${API}/auth/login`, JSON.stringify(account), {
    headers: { 'Content-Type': 'application/json' },
  });
  if (answer.status !== 200) {
    throw new Error(`cannot log in as ADMIN_EMAIL (${answer.status}): run make create-admin with the same environment`);
  }
  return { headers: { Authorization: `Bearer ${answer.json('accessToken')}` } };
}

export default function (parameters) {
  for (const { path, rows } of RESOURCES) {
    const list = ask(`${path}?limit=20`, path, parameters);
    const row = list && list.items[0];
    if (rows && row) {
      ask(`${path}/${row.id}`, `${path}/{id}`, parameters);
    }
  }
}

function ask(path, name, { headers }) {
  const answer = http.get(`${API}${path}`, { headers, tags: { name } });
  return check(answer, { 'answers 200': (it) => it.status === 200 }) ? answer.json() : null;
}
