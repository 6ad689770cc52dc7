"""The suite through Debian's python3-grpcio, with code that protoc generated from the contracts.

Run by clients_test, which sets the environment and PYTHONPATH to the generated code.
"""

import importlib
import os
import pathlib
import sys
import traceback
import uuid

import grpc
from google.protobuf import descriptor_pool
from google.protobuf import message_factory
from google.rpc import error_details_pb2
from google.rpc import status_pb2
from health.v1 import health_pb2
from health.v1 import health_pb2_grpc
from reflection.v1alpha import reflection_pb2
from reflection.v1alpha import reflection_pb2_grpc
from regiokompas.catalogue.v1 import activity_pb2
from regiokompas.catalogue.v1 import catalogue_service_pb2 as catalogue
from regiokompas.catalogue.v1 import catalogue_service_pb2_grpc as catalogue_grpc

CHANNEL = grpc.insecure_channel("unix:" + os.environ["CLIENT_SOCKET"])
CATALOGUE = catalogue_grpc.CatalogueServiceStub(CHANNEL)
AUTHORIZED = (("authorization", "Bearer " + os.environ["CLIENT_TOKEN"]),)
PARENT = "owners/" + os.environ["CLIENT_OWNER"]
FOREIGN_OWNER = os.environ["CLIENT_FOREIGN_OWNER"]
SECONDS = 20


def succeed(method, request):
    """The answer and the owner's sequence that it shows."""
    answer, call = method.with_call(request, metadata=AUTHORIZED, timeout=SECONDS)
    return answer, int(dict(call.trailing_metadata())["regiokompas-revision"])


def failure(method, request, metadata=AUTHORIZED):
    """The error of a call, with its details by the last part of their type."""
    try:
        answer = method(request, metadata=metadata, timeout=SECONDS)
        # A stream tells when it is read.
        if hasattr(answer, "__next__"):
            list(answer)
    except grpc.RpcError as error:
        trailers = dict(error.trailing_metadata())
        details = {}
        for any_detail in status_pb2.Status.FromString(trailers["grpc-status-details-bin"]).details:
            kind = any_detail.TypeName().rpartition(".")[2]
            details[kind] = getattr(error_details_pb2, kind)()
            assert any_detail.Unpack(details[kind])
        return error.code().name, details, trailers
    raise AssertionError(f"{request} was not refused")


def refused(code, reason, method, request, metadata=AUTHORIZED):
    got, details, trailers = failure(method, request, metadata)
    assert (got, details["ErrorInfo"].reason) == (code, reason), (got, details)
    assert details["ErrorInfo"].domain == "regiokompas"
    assert details["LocalizedMessage"].locale == "nl"
    assert details["LocalizedMessage"].message
    assert trailers["regiokompas-request-id"]
    return details


def violations(details):
    return sorted(f"{v.field} {v.reason}" for v in details["BadRequest"].field_violations)


def services_by_reflection():
    stub = reflection_pb2_grpc.ServerReflectionStub(CHANNEL)
    request = reflection_pb2.ServerReflectionRequest(list_services="*")
    (answer,) = stub.ServerReflectionInfo(iter([request]), timeout=SECONDS)
    return [service.name for service in answer.list_services_response.service]


def new_activity(activity_id, name):
    return catalogue.CreateActivityRequest(
        parent=PARENT,
        activity_id=activity_id,
        activity=activity_pb2.Activity(display_name=name),
        request_id=str(uuid.uuid4()),
    )


def reflection_lists_the_services_that_serve():
    names = services_by_reflection()
    health = health_pb2_grpc.HealthStub(CHANNEL)
    for name in os.environ["CLIENT_SERVICES"].split(","):
        service = f"regiokompas.{name}.v1.{name.capitalize()}Service"
        assert service in names, service
        answer = health.Check(health_pb2.HealthCheckRequest(service=service), timeout=SECONDS)
        assert answer.status == health_pb2.HealthCheckResponse.SERVING, service


def every_rpc_of_every_service_refuses_a_call_without_a_token():
    for directory in sys.path:
        for file in pathlib.Path(directory).glob("regiokompas/**/*_pb2.py"):
            importlib.import_module(".".join(file.relative_to(directory).with_suffix("").parts))
    factory = message_factory.MessageFactory(descriptor_pool.Default())
    for name in services_by_reflection():
        if not name.startswith("regiokompas."):
            continue
        service = descriptor_pool.Default().FindServiceByName(name)
        assert service.methods
        for rpc in service.methods:
            method = CHANNEL.stream_stream(
                f"/{name}/{rpc.name}",
                request_serializer=factory.GetPrototype(rpc.input_type).SerializeToString,
                response_deserializer=factory.GetPrototype(rpc.output_type).FromString,
            )
            refused("UNAUTHENTICATED", "TOKEN_MISSING", method, iter([factory.GetPrototype(rpc.input_type)()]), ())


def small_pages_show_what_one_large_page_shows():
    whole, _ = succeed(CATALOGUE.ListActivities, catalogue.ListActivitiesRequest(parent=PARENT, page_size=1000))
    assert not whole.next_page_token
    names = []
    pages = 0
    token = ""
    while pages == 0 or token:
        page, _ = succeed(
            CATALOGUE.ListActivities,
            catalogue.ListActivitiesRequest(parent=PARENT, page_size=3, page_token=token),
        )
        assert len(page.activities) <= 3
        names += [activity.name for activity in page.activities]
        token = page.next_page_token
        pages += 1
    assert pages > 2, pages
    assert names == [activity.name for activity in whole.activities]
    assert len(set(names)) == len(names)


def a_token_that_is_none():
    request = catalogue.ListActivitiesRequest(parent=PARENT)
    refused(
        "UNAUTHENTICATED", "TOKEN_INVALID", CATALOGUE.ListActivities, request, (("authorization", "Bearer onzin"),)
    )


def another_owner_there_or_not():
    parent = "owners/" + FOREIGN_OWNER
    request = catalogue.ListActivitiesRequest(parent=parent)
    details = refused("PERMISSION_DENIED", "OWNER_FORBIDDEN", CATALOGUE.ListActivities, request)
    assert details["ErrorInfo"].metadata["owner"] == FOREIGN_OWNER
    request = catalogue.GetActivityRequest(name=parent + "/activities/er-is-niets")
    refused("PERMISSION_DENIED", "OWNER_FORBIDDEN", CATALOGUE.GetActivity, request)


def what_is_not_there():
    name = PARENT + "/activities/er-is-niets"
    request = catalogue.GetActivityRequest(name=name)
    details = refused("NOT_FOUND", "RESOURCE_NOT_FOUND", CATALOGUE.GetActivity, request)
    assert details["LocalizedMessage"].message == name + " bestaat niet"


def a_request_that_breaks_two_rules():
    request = new_activity("zonder-titel", "")
    request.request_id = "geen-uuid"
    details = refused("INVALID_ARGUMENT", "INVALID_REQUEST", CATALOGUE.CreateActivity, request)
    assert violations(details) == ["activity.display_name REQUIRED", "request_id BAD_UUID"], violations(details)


def a_page_token_of_somewhere_else():
    request = catalogue.ListActivitiesRequest(parent=PARENT, page_token="onzin")
    details = refused("INVALID_ARGUMENT", "INVALID_REQUEST", CATALOGUE.ListActivities, request)
    assert violations(details) == ["page_token BAD_PAGE_TOKEN"], violations(details)


def a_write_the_same_again_and_others_in_its_place():
    _, before = succeed(CATALOGUE.ListActivities, catalogue.ListActivitiesRequest(parent=PARENT))
    request = new_activity("van-python", "Één loket – coördinatie")
    written, revision = succeed(CATALOGUE.CreateActivity, request)
    assert revision > before
    assert succeed(CATALOGUE.CreateActivity, request) == (written, revision)
    read, _ = succeed(CATALOGUE.GetActivity, catalogue.GetActivityRequest(name=PARENT + "/activities/van-python"))
    assert read == written
    assert read.display_name == "Één loket – coördinatie"
    request.activity.display_name = "Iets anders"
    refused("INVALID_ARGUMENT", "REQUEST_ID_REUSED", CATALOGUE.CreateActivity, request)
    request.request_id = str(uuid.uuid4())
    refused("ALREADY_EXISTS", "RESOURCE_EXISTS", CATALOGUE.CreateActivity, request)


def english_and_an_id_of_the_callers_own_when_asked_for():
    request = catalogue.GetActivityRequest(name=PARENT + "/activities/er-is-niets")
    metadata = AUTHORIZED + (("accept-language", "en"), ("x-request-id", "aanvraag-17"))
    _, details, trailers = failure(CATALOGUE.GetActivity, request, metadata)
    assert details["LocalizedMessage"].locale == "en"
    assert trailers["regiokompas-request-id"] == "aanvraag-17"


CHECKS = (
    reflection_lists_the_services_that_serve,
    every_rpc_of_every_service_refuses_a_call_without_a_token,
    small_pages_show_what_one_large_page_shows,
    a_token_that_is_none,
    another_owner_there_or_not,
    what_is_not_there,
    a_request_that_breaks_two_rules,
    a_page_token_of_somewhere_else,
    a_write_the_same_again_and_others_in_its_place,
    english_and_an_id_of_the_callers_own_when_asked_for,
)


def main():
    failed = 0
    for check in CHECKS:
        title = check.__name__.replace("_", " ")
        try:
            check()
            print(f"passed  {title}")
        except Exception:  # one check that fails does not hide the others
            failed += 1
            print(f"FAILED  {title}\n{traceback.format_exc()}")
    print(f"{len(CHECKS)} checks, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
