"""A worker in Python, written from docs/worker-protocol.md: worker.py NAME SOCKET PROTO_ROOT [RECEIVER]

It has one policy, `pythonStamp`, which appends its value to the field x-stamp of requests and responses, or leaves it
with the request for the response. The policy looks at no message, so the worker need not apply what earlier entries of
a call instructed. Everything runs on one event loop. With the URL of a receiver of OTLP it sends spans of its own.
"""

import asyncio
import json
import logging
import os
import signal
import secrets
import socket
import sys
import time
import urllib.request
from collections import namedtuple
from dataclasses import dataclass

import grpc
from google.protobuf.message import DecodeError

NAME, SOCKET, PROTO_ROOT, RECEIVER = (sys.argv[1:] + [""])[:4]
sys.path.append(PROTO_ROOT)
pb, services = grpc.protos_and_services("policyengine/worker/v1/worker.proto")

MAX_CALLS = 1000
MAX_MESSAGE_BYTES = 16 << 20
POLICY_TIMEOUT_S = 1.0
DRAIN_S = 5.0
BOOT_ID = "/proc/sys/kernel/random/boot_id"
VERSION = pb.ProtocolVersion(major=1, minor=9)

SCHEMA = {
    "type": "object",
    "required": ["value"],
    "additionalProperties": False,
    "properties": {
        "value": {"type": "string", "minLength": 1, "description": "What is appended."},
        "delay_ms": {"type": "integer", "minimum": 0, "default": 0, "description": "How long the policy takes."},
        "leave": {"type": "boolean", "default": False, "description": "Whether the request leaves it for responses."},
    },
}
DESCRIPTOR = pb.PolicyDescriptor(
    name="pythonStamp",
    version="1.0.0",
    description="Appends a value to the field x-stamp.",
    phases=[pb.PHASE_REQUEST, pb.PHASE_RESPONSE],
    params_schema_json=json.dumps(SCHEMA),
    facts=["declares_all_effects"],
)
STATUS = {
    pb.CallFailure.CODE_INVALID_CALL: grpc.StatusCode.INVALID_ARGUMENT,
    pb.CallFailure.CODE_UNKNOWN_CHAIN: grpc.StatusCode.NOT_FOUND,
    pb.CallFailure.CODE_OVERLOADED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    pb.CallFailure.CODE_DEADLINE_EXCEEDED: grpc.StatusCode.DEADLINE_EXCEEDED,
    pb.CallFailure.CODE_INTERNAL: grpc.StatusCode.INTERNAL,
}


# The types of one phase's messages.
Phase = namedtuple("Phase", "number call result entry_result instruction")
REQUEST = Phase(pb.PHASE_REQUEST, pb.RequestCall, pb.RequestResult, pb.RequestEntryResult, pb.RequestInstruction)
RESPONSE = Phase(pb.PHASE_RESPONSE, pb.ResponseCall, pb.ResponseResult, pb.ResponseEntryResult, pb.ResponseInstruction)


class CallFailed(Exception):
    """The call as a whole could not be run."""

    def __init__(self, code: int, message: str):
        super().__init__(message)
        self.code = code


class Stamp:
    """An instance of the policy, for one entry of a chain."""

    def __init__(self, params: dict):
        self.value = params["value"].encode()
        self.delay_s = params.get("delay_ms", 0) / 1000
        self.leaves = params.get("leave", False)

    def facts(self, phase: int) -> list:
        """What the entry does, for the checks of its chain; appending is a change that `sets_header` does not cover."""
        facts = list(DESCRIPTOR.facts) + (["has_dependency"] if self.delay_s else [])
        if phase == pb.PHASE_RESPONSE:
            return facts
        return facts + (["marks_response"] if self.leaves else ["changes_request"])

    async def run(self, phase: Phase, context) -> list:
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if self.leaves and phase is REQUEST:
            left = pb.SetResponseHeader(name="x-stamp", value=self.value)
            return [phase.instruction(set_response_header=left)] if context.takes_response_headers else []
        return [phase.instruction(append_header=pb.AppendHeader(name="x-stamp", value=self.value))]


def problems_of(entry) -> list:
    """All that is wrong with an entry, each with a JSON Pointer into its parameters."""
    problems = {}
    if entry.when or entry.mode not in (pb.ENTRY_MODE_UNSPECIFIED, pb.ENTRY_MODE_ENFORCE):
        problems[""] = "this worker knows no conditions and no shadow: leave out `when`, and `mode: shadow`"
    params = json.loads(entry.params_json or "{}")
    value, delay = params.get("value"), params.get("delay_ms", 0)
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
        problems["/value"] = 'must be a string of printable characters, for example "a1"'
    if not isinstance(delay, int) or isinstance(delay, bool) or delay < 0:
        problems["/delay_ms"] = "must be a whole number from 0 on"
    if not isinstance(params.get("leave", False), bool):
        problems["/leave"] = "must be true or false"
    for name in params.keys() - SCHEMA["properties"].keys():
        problems["/" + name.replace("~", "~0").replace("/", "~1")] = "is no parameter of this policy"
    return [pb.ParamProblem(pointer=pointer, message=message) for pointer, message in problems.items()]


@dataclass(frozen=True)
class Chain:
    """A prepared chain: its entries and their policies, None for an entry that cannot be run."""

    phase: int
    entries: list
    policies: list

    def run_in(self, phase: Phase, context):
        """The entries that a call names, each with its policy."""
        if any(policy is None for policy in self.policies):
            raise CallFailed(pb.CallFailure.CODE_UNKNOWN_CHAIN, "the chain has entries that cannot be run")
        end = context.end_entry or len(self.entries)
        if self.phase != phase.number or not context.first_entry < end <= len(self.entries):
            raise CallFailed(pb.CallFailure.CODE_INTERNAL, "the call does not fit its chain")
        return zip(self.entries[context.first_entry : end], self.policies[context.first_entry : end])


def prepare(chain) -> tuple:
    """A chain bound to its parameters, and what is to be said about that."""
    policies, said = [], []
    for entry in chain.entries:
        known = entry.policy == DESCRIPTOR.name
        problems = problems_of(entry) if known else []
        policy = Stamp(json.loads(entry.params_json)) if known and not problems else None
        policies.append(policy)
        facts = policy.facts(chain.phase) if policy else []
        said.append(pb.PreparedEntry(unknown_policy=not known, problems=problems, facts=facts))
    return Chain(chain.phase, list(chain.entries), policies), pb.PreparedChain(id=chain.id, entries=said)


class Worker(services.PolicyWorkerServicer):
    """The methods of the service."""

    def __init__(self):
        self.chains = {}
        self.calls = 0
        self.draining = False

    async def GetWorkerConfig(self, request, context):
        if request.protocol_version.major != VERSION.major:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "this worker speaks version 1.9 of the protocol")
        limits = {"max_body_size_bytes": MAX_MESSAGE_BYTES, "max_state_size_bytes": 65536}
        who = {"name": NAME, "version": "1.0.0", "protocol_version": VERSION, "makes_spans": bool(RECEIVER)}
        return pb.WorkerConfig(policies=[DESCRIPTOR], clock=read_clock(), **who, **limits)

    async def HealthCheck(self, request, context):
        status = pb.HealthCheckResponse.STATUS_NOT_SERVING if self.draining else pb.HealthCheckResponse.STATUS_SERVING
        return pb.HealthCheckResponse(status=status)

    async def PrepareChains(self, request, context):
        answer = pb.PrepareChainsResponse()
        for chain in request.chains:
            self.chains[chain.id], prepared = prepare(chain)
            answer.chains.append(prepared)
        print(f"prepared {len(request.chains)} chains of generation {request.generation}", flush=True)
        return answer

    async def ReleaseChains(self, request, context):
        for chain in request.ids:
            self.chains.pop(chain, None)
        return pb.ReleaseChainsResponse()

    async def ExecuteRequest(self, call, context):
        return await self.unary(REQUEST, call, context)

    async def ExecuteResponse(self, call, context):
        return await self.unary(RESPONSE, call, context)

    async def unary(self, phase: Phase, call, context):
        arrived = time.monotonic_ns()
        try:
            if call.context.streams_body:
                raise CallFailed(pb.CallFailure.CODE_INVALID_CALL, "bodies stream on the Exchange stream only")
            return await self.run(phase, call, arrived)
        except CallFailed as failed:
            await context.abort(STATUS[failed.code], str(failed))

    async def run(self, phase: Phase, call, arrived: int):
        """Runs the entries that a call names. It takes no chunks, since its policy looks at no body."""
        if self.calls >= MAX_CALLS:
            raise CallFailed(pb.CallFailure.CODE_OVERLOADED, "too many calls")
        until = deadline_of(call.context, arrived)
        if time.monotonic_ns() - arrived >= (until - arrived) // 2:
            raise CallFailed(pb.CallFailure.CODE_OVERLOADED, "the call could not begin in the first half of its time")
        self.calls += 1
        began = time.time_ns()
        try:
            whole = call.context.deadline_ms * 1_000_000
            # Sockets and queues took so much of its time that its policies do not get what they are promised.
            is_short = call.context.cut_short or until - time.monotonic_ns() < whole * 3 // 4
            return await self.run_entries(phase, self.chain_of(call.context), call.context, until / 1e9, is_short)
        finally:
            self.calls -= 1
            if RECEIVER and call.context.traceparent:
                name = "python.request" if phase is REQUEST else "python.response"
                span = span_below(call.context.traceparent, name, began)
                asyncio.get_running_loop().run_in_executor(None, send, span)

    def chain_of(self, context) -> Chain:
        if context.HasField("chain"):
            return prepare(context.chain)[0]
        if context.chain_id not in self.chains:
            raise CallFailed(pb.CallFailure.CODE_UNKNOWN_CHAIN, "the chain is not prepared")
        return self.chains[context.chain_id]

    @staticmethod
    async def run_entries(phase: Phase, chain: Chain, context, until: float, is_cut_short: bool):
        whole = until - time.monotonic()
        result = phase.result()
        for entry, policy in chain.run_in(phase, context):
            left = until - time.monotonic()
            limit = entry.timeout_ms / 1000 or POLICY_TIMEOUT_S
            promised = min(limit, whole * 3 / 4)
            try:
                instructions = await asyncio.wait_for(policy.run(phase, context), min(left, limit))
                result.entries.append(phase.entry_result(instructions=instructions))
            except asyncio.TimeoutError:
                # Entries or calls before it took its time: a client may be able to slow them down.
                is_short = is_cut_short or left < promised or left <= 0
                code = "DEADLINE_EXCEEDED" if is_short else "POLICY_TIMEOUT"
                failure = {"code": code, "message": "the policy took too long"}
                result.entries.append(phase.entry_result(failure=failure))
                if is_short or entry.on_failure != pb.ON_FAILURE_CONTINUE:
                    break
        return result

    async def Exchange(self, requests, context):
        """Each call is a task; what is answered in one turn of the event loop leaves in one batch."""
        outbox = asyncio.Queue()
        tasks = {}
        reader = asyncio.create_task(self.read(requests, tasks, outbox))
        try:
            while (answers := [await outbox.get()]) != [None]:
                while not outbox.empty() and answers[-1] is not None:
                    answers.append(outbox.get_nowait())
                if answers[-1] is None:
                    outbox.put_nowait(answers.pop())
                yield pb.WorkerBatch(messages=[answer for answer in answers if answer.call_id])
        finally:
            reader.cancel()
            for task in tasks.values():
                task.cancel()

    async def read(self, requests, tasks: dict, outbox: asyncio.Queue):
        """Starts what the kernel asks for; None in the outbox says that all is answered and nothing more comes."""
        async for batch in requests:
            if not batch.messages:
                outbox.put_nowait(pb.WorkerMessage())
            for message in batch.messages:
                self.take(message, tasks, outbox)
        await asyncio.gather(*tasks.values(), return_exceptions=True)
        outbox.put_nowait(None)

    def take(self, message, tasks: dict, outbox: asyncio.Queue):
        arrived = time.monotonic_ns()
        kind, call_id = message.WhichOneof("message"), message.call_id
        running = tasks.get(call_id)
        if kind == "cancel" and running:
            running.cancel()
        elif kind in ("request_call", "response_call") and not running:
            phase = REQUEST if kind == "request_call" else RESPONSE
            tasks[call_id] = asyncio.create_task(self.answer(phase, call_id, getattr(message, kind), arrived, outbox))
            tasks[call_id].add_done_callback(lambda _: tasks.pop(call_id))
        elif kind in ("request_call", "response_call", "body_chunk"):
            if running:
                running.cancel()
            why = "the call is under way, or takes no chunks"
            outbox.put_nowait(failure_of(call_id, pb.CallFailure.CODE_INVALID_CALL, why))

    async def answer(self, phase: Phase, call_id: int, encoded: bytes, arrived: int, outbox: asyncio.Queue):
        """A call that is cancelled is not answered."""
        try:
            result = await self.run(phase, phase.call.FromString(encoded), arrived)
            field = "request_result" if phase is REQUEST else "response_result"
            outbox.put_nowait(pb.WorkerMessage(call_id=call_id, **{field: result}))
        except CallFailed as failed:
            outbox.put_nowait(failure_of(call_id, failed.code, str(failed)))
        except DecodeError as malformed:
            outbox.put_nowait(failure_of(call_id, pb.CallFailure.CODE_INVALID_CALL, str(malformed)))
        except Exception as fault:
            logging.exception("a call could not be run")
            outbox.put_nowait(failure_of(call_id, pb.CallFailure.CODE_INTERNAL, type(fault).__name__))


def read_clock():
    """A reading of the monotonic clock, by which the kernel finds out whether it has the same one."""
    with open(BOOT_ID) as file:
        return pb.MonotonicClock(boot_id=file.read().strip(), nanos=time.monotonic_ns())


def deadline_of(context, arrived: int) -> int:
    """The end of a call's time, in nanoseconds of the monotonic clock."""
    counted = arrived + context.deadline_ms * 1_000_000
    return min(counted, context.deadline_nanos or counted)


def span_below(traceparent: str, name: str, began: int) -> dict:
    """A span that ends now, below the one that a call names; a tracing library does as much."""
    _, trace, parent, _ = traceparent.split("-")
    ids = {"traceId": trace, "spanId": secrets.token_hex(8), "parentSpanId": parent}
    return {"name": name, "kind": 2, "startTimeUnixNano": str(began), "endTimeUnixNano": str(time.time_ns()), **ids}


def send(span: dict):
    """Sends a span by OTLP in JSON. Not on the event loop."""
    service = {"key": "service.name", "value": {"stringValue": NAME}}
    spans = {"resource": {"attributes": [service]}, "scopeSpans": [{"spans": [span]}]}
    body = json.dumps({"resourceSpans": [spans]}).encode()
    request = urllib.request.Request(RECEIVER + "/v1/traces", body, {"content-type": "application/json"})
    try:
        urllib.request.urlopen(request, timeout=5).close()
    except OSError:
        logging.exception("a span is lost")


def failure_of(call_id: int, code: int, message: str):
    return pb.WorkerMessage(call_id=call_id, call_failure=pb.CallFailure(code=code, message=message))


def take_over_socket():
    """Removes a socket that a dead process left behind; one that is in use is an error."""
    os.makedirs(os.path.dirname(SOCKET), mode=0o700, exist_ok=True)
    if os.path.exists(SOCKET):
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(SOCKET) == 0:
                sys.exit(f"{SOCKET} is in use by another process")
        os.unlink(SOCKET)


async def main():
    take_over_socket()
    os.umask(0o177)
    worker = Worker()
    server = grpc.aio.server(
        options=[("grpc.max_receive_message_length", MAX_MESSAGE_BYTES), ("grpc.http2.lookahead_bytes", 256 << 10)]
    )
    services.add_PolicyWorkerServicer_to_server(worker, server)
    server.add_insecure_port("unix:" + SOCKET)
    await server.start()
    print("the worker is serving", flush=True)

    terminated = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminated.set)
    await terminated.wait()
    worker.draining = True
    # Sends GOAWAY and waits for the kernel to end its streams.
    await server.stop(DRAIN_S)


asyncio.run(main())
