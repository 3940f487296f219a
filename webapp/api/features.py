"""/api/projects/{id}/ogc: labels and suggestions as OGC API Features, for QGIS and whatever else reads that.

Small views of our own, since the rules of access are those of projects, roles and tokens, row by row.
"""

import json
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.errors import NotFound
from annotation.models import Project
from webapp.api.feature_query import MOST, USUAL, query_of, read
from webapp.api.feature_rows import COLLECTIONS, Wanted, extent_of, features, rows_of
from webapp.api.rendering import IgnoreAccept

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMANCE = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}" for part in ("core", "geojson", "oas30")
]
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"


class Ogc(APIView):
    """A view that answers in JSON whatever is accepted, and tells links."""

    content_negotiation_class = IgnoreAccept

    def link(
        self, rel: str, name: str, *, kind: str = "application/json", query: str = "", **names: Any
    ) -> dict[str, str]:
        """Return a link to another address of the same project."""
        kwargs = {"project_id": self.kwargs["project_id"], **names}
        return {"rel": rel, "type": kind, "href": reverse(f"api:{name}", kwargs=kwargs, request=self.request) + query}

    def describe(self, project: Project, collection: str) -> dict[str, Any]:
        """Describe a collection."""
        title, text = COLLECTIONS[collection]
        box = extent_of(project)
        return {
            "id": collection, "title": title, "description": text, "itemType": "feature", "crs": [CRS84],
            **({"extent": {"spatial": {"bbox": [box], "crs": CRS84}}} if box else {}),
            "links": [
                self.link("self", "ogc-collection", collection=collection),
                self.link("items", "ogc-items", kind=GEOJSON, collection=collection),
            ],
        }  # fmt: skip


class Landing(Ogc):
    """Where readers begin."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """Tell the links of a project's features."""
        project = get_project(request.user, project_id)
        links = [
            self.link("self", "ogc"), self.link("service-desc", "ogc-api", kind=OPENAPI),
            self.link("conformance", "ogc-conformance"), self.link("data", "ogc-collections"),
        ]  # fmt: skip
        return Response({"title": project.name, "description": project.description, "links": links})


class Description(Ogc):
    """The interface in its own words."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """Describe the parameters that items take (OpenAPI 3)."""
        get_project(request.user, project_id)
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
        parameters = {
            "bbox": {"name": "bbox", "in": "query", "schema": {"type": "array", "items": {"type": "number"}}},
            "datetime": {"name": "datetime", "in": "query", "schema": {"type": "string"}},
            "limit": {"name": "limit", "in": "query", "schema": limit},
        }
        told = {"description": "Features in GeoJSON", "content": {GEOJSON: {"schema": {"type": "object"}}}}
        taken = [{"$ref": f"#/components/parameters/{name}"} for name in parameters]
        paths = {
            f"/collections/{name}/items": {"get": {"parameters": taken, "responses": {"200": told}}}
            for name in COLLECTIONS
        }
        info = {"title": "Terrascribe: labels and suggestions", "version": "1"}
        document = {"openapi": "3.0.2", "info": info, "paths": paths, "components": {"parameters": parameters}}
        return Response(document, content_type=OPENAPI)


class Conformance(Ogc):
    """What of the standard is kept."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """List the classes of conformance."""
        get_project(request.user, project_id)
        return Response({"conformsTo": CONFORMANCE})


class Collections(Ogc):
    """What there is."""

    @extend_schema(operation_id="list_feature_collections", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """List the collections."""
        project = get_project(request.user, project_id)
        listed = [self.describe(project, name) for name in COLLECTIONS]
        return Response({"links": [self.link("self", "ogc-collections")], "collections": listed})


class Collection(Ogc):
    """One collection."""

    @extend_schema(operation_id="describe_feature_collection", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int, collection: str) -> Response:
        """Describe labels or suggestions."""
        project = get_project(request.user, project_id)
        return Response(self.describe(project, known(collection)))


class Items(Ogc):
    """The features of a collection."""

    @extend_schema(
        operation_id="list_features",
        parameters=[
            OpenApiParameter("bbox", str, description="west,south,east,north in degrees"),
            OpenApiParameter("datetime", str, description="a moment, or two with / between, each may be .."),
            OpenApiParameter("limit", int, description=f"1 to {MOST}"),
            OpenApiParameter("after", int, description="as `next` says"),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, project_id: int, collection: str) -> Response:
        """List features page by page; waiting audits have no suggestion."""
        project, name = get_project(request.user, project_id), known(collection)
        limit, wanted = read(request)
        rows = list(rows_of(project, name, wanted)[: limit + 1])
        links = [self.link("self", "ogc-items", kind=GEOJSON, collection=name, query=query_of(request))]
        if len(rows) > limit:
            last = rows[limit - 1]["number"]
            query = query_of(request, after=str(last), limit=str(limit))
            links.append(self.link("next", "ogc-items", kind=GEOJSON, collection=name, query=query))
        told = write(project, rows[:limit])
        return Response({"type": "FeatureCollection", "features": told, "numberReturned": len(told), "links": links},
                        content_type=GEOJSON)  # fmt: skip


class Item(Ogc):
    """One feature."""

    @extend_schema(operation_id="show_feature", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int, collection: str, pk: int) -> Response:
        """Show the label or suggestion of one sample."""
        project, name = get_project(request.user, project_id), known(collection)
        told = write(project, list(rows_of(project, name, Wanted(sample=pk))[:1]))
        if not told:
            raise NotFound("There is no such feature in this collection.")
        links = [
            self.link("self", "ogc-item", kind=GEOJSON, collection=name, pk=pk),
            self.link("collection", "ogc-collection", collection=name),
        ]
        return Response({**told[0], "links": links}, content_type=GEOJSON)


def known(collection: str) -> str:
    """Return the name of a collection that there is."""
    if collection not in COLLECTIONS:
        raise NotFound(f"There are {' and '.join(COLLECTIONS)}, and no other collection.")
    return collection


def write(project: Project, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows as features with their geometry."""
    return [{**each, "geometry": json.loads(each["geometry"])} for each in features(project, rows)]
