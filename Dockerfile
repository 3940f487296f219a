# One image for web, workers and clock: the command says which.
FROM node:22-bookworm-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.11-slim-bookworm
# PyPI's torch carries CUDA. For a small image without it, point PIP_EXTRA_INDEX_URL at PyTorch's index of CPU builds.
ARG PIP_EXTRA_INDEX_URL=""
ENV PIP_NO_CACHE_DIR=1 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data CACHE_DIR=/data/cache STATIC_ROOT=/app/static NODE_MODULES=/app/node_modules HOME=/tmp
# rasterio's wheel expects expat in the system, and the slim image has none.
RUN apt-get update && apt-get install -y --no-install-recommends libexpat1 && rm -rf /var/lib/apt/lists/*
# pg_dump of the version that docker-compose.yml's database has, for manage.py backup; Debian's own is older.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-common ca-certificates \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-16 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 terrascribe && install -d -o terrascribe /data
WORKDIR /app
COPY pyproject.toml constraints.txt README.md ./
COPY mlcore mlcore
COPY annotation annotation
COPY webapp webapp
COPY manage.py ./
RUN pip install -c constraints.txt -e ".[s3]"
COPY --from=assets /app/node_modules node_modules
RUN SECRET_KEY=only-to-collect-static-files-0123456789abcdef DEBUG=false ALLOWED_HOSTS=localhost \
    python manage.py collectstatic --noinput
USER terrascribe
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "webapp.wsgi", "--worker-class", "webapp.patience.PatientWorker", "--no-control-socket", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "8", "--timeout", "120"]
