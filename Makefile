# make run    serve the page and the API on http://localhost:5000, or on the next free port; PORT=8080 chooses one
# make test   run all tests
# make test-containers   build and run the images; needs Docker (DOCKER, DOCKER_BUILD_FLAGS and SAM name other commands)
# make eb-bundle   what Elastic Beanstalk is given, below dist/; IMAGE=REGISTRY/NAME:TAG takes an image from there
# make export CHECKPOINT=best.pt VERSION=1.0.0 PICTURES=FOLDER   weights for both deployments, proved, in runs/weights/
# make fuzz SECONDS=300   mutate files and texts for that long; findings lie in runs/fuzz
# make fuzz-requests COUNT=50000   mutate so many requests to a server on loopback; the same
# make lint   what CI checks besides the tests
# make check-deploy   what can be checked of a deployment without AWS: template, units, hooks, bundles
# make rehearse   both images against one S3 and SQS of this machine, with the faults that operators meet; needs Docker
# make soak MINUTES=30   the heavy service in traffic of which a tenth is hostile; figures and a plot in runs/soak
# make audit   known vulnerabilities of the pinned packages, by PyPI's advisories
# make lock   new pins and their hashes
# make sbom   what each image contains, as CycloneDX, below dist/
# make docs   the documentation site, in site/
# make release   the wheel, and the newest section of the changelog as its notes, below dist/
# make clean  remove what these made

PYTHON ?= python3
RUN := .venv
TEST := .venv-test

.PHONY: run test fuzz fuzz-requests soak audit test-containers lint check-deploy rehearse sbom docs release eb-bundle export clean lock

run: $(RUN)/ready
	$(RUN)/bin/easybraille serve

test: $(TEST)/ready
	$(TEST)/bin/python -m pytest

test-containers: $(TEST)/ready
	CONTAINERS=1 $(TEST)/bin/python -m pytest -s tests/containers

fuzz: $(TEST)/ready
	$(TEST)/bin/python -W ignore -m tests.fuzz $(or $(SECONDS),60) $(OPTIONS)

soak: $(TEST)/ready
	$(TEST)/bin/python -W ignore -m bench.soak --minutes $(or $(MINUTES),30) $(OPTIONS)

# pip-audit in an environment of its own: its dependencies are not those that are audited.
audit:
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/pip install --quiet --disable-pip-version-check pip-audit==2.9.0
	.venv-audit/bin/python -m deploy.audit

fuzz-requests: $(TEST)/ready
	$(TEST)/bin/python -W ignore -m tests.fuzz_requests $(or $(COUNT),5000) $(OPTIONS)

lint: $(TEST)/ready
	$(TEST)/bin/ruff check .
	$(TEST)/bin/ruff format --check .
	$(TEST)/bin/mypy
	$(TEST)/bin/lint-imports
	$(TEST)/bin/codespell
	$(TEST)/bin/hadolint Dockerfile.lambda Dockerfile.ec2
	$(TEST)/bin/cfn-lint template.yaml
	web-lint/check.sh

check-deploy: $(TEST)/ready
	$(TEST)/bin/python -m deploy.check

rehearse: $(TEST)/ready
	$(TEST)/bin/python -m deploy.rehearse

# An environment of its own, like that of audit: a release needs no test environment for it.
sbom:
	$(PYTHON) -m venv .venv-sbom
	.venv-sbom/bin/pip install --quiet --disable-pip-version-check cyclonedx-bom==7.5.0
	mkdir -p dist
	for extra in lambda serve gpu; do \
	  .venv-sbom/bin/cyclonedx-py requirements requirements/$$extra.txt --output-file dist/sbom-$$extra.json || exit 1; \
	done

docs: $(TEST)/ready
	$(TEST)/bin/mkdocs build --strict

release: $(TEST)/ready
	$(TEST)/bin/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	awk '/^## /{ sections++ } sections == 1 && !/^## /' CHANGELOG.md > dist/notes.md

eb-bundle:
	$(PYTHON) -m gpu_service.eb.bundle $(if $(IMAGE),--image $(IMAGE))

export: $(TEST)/ready
	$(TEST)/bin/python -m export $(CHECKPOINT) --version $(VERSION) --pictures $(PICTURES) $(OPTIONS)

# Told before pip tells it in many more words.
PYTHON_IS_NEW := $(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else \
  "EasyBraille needs Python 3.11 or newer; this is %d.%d. Name another one: make run PYTHON=python3.12" % sys.version_info[:2])'

$(RUN)/ready: requirements/run.txt pyproject.toml
	@$(PYTHON_IS_NEW)
	$(PYTHON) -m venv $(RUN)
	$(RUN)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(RUN)/bin/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(TEST)/ready: requirements/test.txt pyproject.toml
	@$(PYTHON_IS_NEW)
	$(PYTHON) -m venv $(TEST)
	$(TEST)/bin/pip install --quiet --disable-pip-version-check -r requirements/test.txt
	$(TEST)/bin/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

# New pins, from the ranges in pyproject.toml. A build's own label ("+cpu") and this project itself are no pins.
# Hashes are those that PyPI lists. gpu and test have none: PyTorch comes from its own index, or a machine's own build.
lock: $(TEST)/ready
	$(TEST)/bin/pip install --quiet --disable-pip-version-check pip-tools
	for extra in run lambda serve gpu test; do \
	  $(TEST)/bin/pip-compile --quiet --upgrade --strip-extras --no-header --no-emit-index-url --no-emit-find-links \
	    $$([ $$extra = run ] || echo --extra $$extra) --output-file requirements/$$extra.txt pyproject.toml && \
	  sed -i -e '/^easybraille @/,/^[a-z]/{/^easybraille @/d;/^    #/d}' -e 's/+cpu$$//' requirements/$$extra.txt || exit 1; \
	done
	$(TEST)/bin/python -m deploy.hashes requirements/run.txt requirements/lambda.txt requirements/serve.txt

clean:
	rm -rf $(RUN) $(TEST) .venv-sam .venv-tools .venv-audit dist
