package io.policyengine.worker.server;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.proto.worker.v1.Chain;
import io.policyengine.proto.worker.v1.ChainEntry;
import io.policyengine.proto.worker.v1.HealthCheckResponse;
import io.policyengine.proto.worker.v1.PolicyDescriptor;
import io.policyengine.proto.worker.v1.PolicyHealth;
import io.policyengine.proto.worker.v1.PreparedEntry;
import io.policyengine.proto.worker.v1.ProtocolVersion;
import io.policyengine.proto.worker.v1.WorkerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes what is not a call: descriptions, health, chains. */
final class ControlCodec {
    private ControlCodec() {}

    static WorkerConfig config(WorkerDescription description) {
        WorkerConfig.Builder config = WorkerConfig.newBuilder()
                .setName(description.name())
                .setVersion(description.version())
                .setProtocolVersion(version(description.protocolVersion()))
                .setMaxBodySizeBytes(description.maxBodySize())
                .setMaxStateSizeBytes(description.maxStateSize())
                .setParsesQuery(true);
        description.policies().forEach(policy -> config.addPolicies(policy(policy)));
        return config.build();
    }

    static ProtocolVersion version(io.policyengine.core.worker.ProtocolVersion version) {
        return ProtocolVersion.newBuilder()
                .setMajor(version.major())
                .setMinor(version.minor())
                .build();
    }

    static io.policyengine.core.worker.ProtocolVersion version(ProtocolVersion version) {
        return new io.policyengine.core.worker.ProtocolVersion(version.getMajor(), version.getMinor());
    }

    private static PolicyDescriptor policy(DeclaredPolicy declared) {
        io.policyengine.core.policy.PolicyDescriptor descriptor = declared.descriptor();
        PolicyDescriptor.Builder wire = PolicyDescriptor.newBuilder()
                .setName(descriptor.name())
                .setVersion(descriptor.version())
                .setDescription(descriptor.description())
                .setRequestBody(need(descriptor.requestBody()))
                .setResponseBody(need(descriptor.responseBody()))
                .setKeepsRequestBody(descriptor.keepsRequestBody())
                .setParamsSchemaJson(declared.paramsSchema().toString())
                .setWantsExchangeEnd(descriptor.endAccuracy() != EndAccuracy.NONE)
                .setEndAccuracy(accuracy(descriptor.endAccuracy()));
        for (Phase phase : Phase.values()) {
            if (descriptor.phases().contains(phase)) {
                wire.addPhases(phase(phase));
            }
        }
        descriptor.facts().stream().map(Fact::code).sorted().forEach(wire::addFacts);
        return wire.build();
    }

    private static io.policyengine.proto.worker.v1.EndAccuracy accuracy(EndAccuracy accuracy) {
        return switch (accuracy) {
            case NONE -> io.policyengine.proto.worker.v1.EndAccuracy.END_ACCURACY_UNSPECIFIED;
            case STREAM -> io.policyengine.proto.worker.v1.EndAccuracy.END_ACCURACY_STREAM;
            case EXACT -> io.policyengine.proto.worker.v1.EndAccuracy.END_ACCURACY_EXACT;
        };
    }

    private static io.policyengine.proto.worker.v1.Phase phase(Phase phase) {
        return switch (phase) {
            case REQUEST -> io.policyengine.proto.worker.v1.Phase.PHASE_REQUEST;
            case RESPONSE -> io.policyengine.proto.worker.v1.Phase.PHASE_RESPONSE;
        };
    }

    private static io.policyengine.proto.worker.v1.BodyNeed need(BodyNeed need) {
        return switch (need) {
            case NONE -> io.policyengine.proto.worker.v1.BodyNeed.BODY_NEED_NONE;
            case BUFFERED -> io.policyengine.proto.worker.v1.BodyNeed.BODY_NEED_BUFFERED;
            case STREAMING -> io.policyengine.proto.worker.v1.BodyNeed.BODY_NEED_STREAMING;
            case BUFFERED_OR_STREAMING -> io.policyengine.proto.worker.v1.BodyNeed.BODY_NEED_BUFFERED_OR_STREAMING;
        };
    }

    static HealthCheckResponse health(WorkerHealth health) {
        HealthCheckResponse.Builder wire = HealthCheckResponse.newBuilder()
                .setStatus(
                        health.serving()
                                ? HealthCheckResponse.Status.STATUS_SERVING
                                : HealthCheckResponse.Status.STATUS_NOT_SERVING)
                .setMessage(health.message());
        health.unhealthyPolicies()
                .forEach((policy, because) -> wire.addPolicies(
                        PolicyHealth.newBuilder().setPolicy(policy).setMessage(because)));
        return wire.build();
    }

    static List<ChainSpec> chains(List<Chain> chains) throws MalformedCallException {
        List<ChainSpec> specs = new ArrayList<>(chains.size());
        for (Chain chain : chains) {
            if (chain.getId() == 0) {
                throw new MalformedCallException("a chain has the id 0");
            }
            specs.add(chain(chain));
        }
        return specs;
    }

    static ChainSpec chain(Chain chain) throws MalformedCallException {
        List<ChainSpec.Entry> entries = new ArrayList<>(chain.getEntriesCount());
        for (ChainEntry entry : chain.getEntriesList()) {
            entries.add(entry(entry));
        }
        return new ChainSpec(chain.getId(), chain.getRoute(), phase(chain), List.copyOf(entries));
    }

    private static Phase phase(Chain chain) throws MalformedCallException {
        return switch (chain.getPhase()) {
            case PHASE_REQUEST -> Phase.REQUEST;
            case PHASE_RESPONSE -> Phase.RESPONSE;
            case PHASE_UNSPECIFIED, UNRECOGNIZED ->
                throw new MalformedCallException("chain " + chain.getId() + " has no phase");
        };
    }

    private static ChainSpec.Entry entry(ChainEntry entry) throws MalformedCallException {
        return new ChainSpec.Entry(
                entry.getName(),
                entry.getPolicy(),
                params(entry),
                rule(entry.getOnFailure()),
                rule(entry.getOnOverload()),
                entry.getTimeoutMs() == 0 ? null : Duration.ofMillis(Integer.toUnsignedLong(entry.getTimeoutMs())),
                entry.getWhen().isEmpty() ? null : entry.getWhen(),
                shadow(entry));
    }

    private static ObjectNode params(ChainEntry entry) throws MalformedCallException {
        String text = entry.getParamsJson();
        String what = "parameters of entry " + entry.getName();
        JsonNode params = CallDecoder.json(what, text.isEmpty() ? "{}" : text);
        if (params instanceof ObjectNode object) {
            return object;
        }
        throw new MalformedCallException(what + " are not a JSON object");
    }

    private static boolean shadow(ChainEntry entry) throws MalformedCallException {
        return switch (entry.getMode()) {
            case ENTRY_MODE_UNSPECIFIED, ENTRY_MODE_ENFORCE -> false;
            case ENTRY_MODE_SHADOW -> true;
            case UNRECOGNIZED ->
                throw new MalformedCallException("entry " + entry.getName() + " has a mode that is not known here");
        };
    }

    private static OnFailure rule(io.policyengine.proto.worker.v1.OnFailure rule) {
        return switch (rule) {
            // An unknown rule of a newer kernel is taken for the strictest.
            case ON_FAILURE_UNSPECIFIED, ON_FAILURE_DENY, UNRECOGNIZED -> OnFailure.DENY;
            case ON_FAILURE_CONTINUE -> OnFailure.CONTINUE;
            case ON_FAILURE_SKIP_REMAINING -> OnFailure.SKIP_REMAINING;
        };
    }

    static io.policyengine.proto.worker.v1.PreparedChain prepared(PreparedChain chain) {
        io.policyengine.proto.worker.v1.PreparedChain.Builder wire =
                io.policyengine.proto.worker.v1.PreparedChain.newBuilder().setId(chain.id());
        chain.entries().forEach(entry -> wire.addEntries(prepared(entry)));
        return wire.build();
    }

    private static PreparedEntry prepared(PreparedChain.Entry entry) {
        PreparedEntry.Builder wire = PreparedEntry.newBuilder()
                .setUnknownPolicy(entry.unknownPolicy())
                .setBodyNeed(need(entry.bodyNeed()))
                .setKeepsRequestBody(entry.keepsRequestBody())
                .addAllFacts(entry.facts().codes());
        for (ParamProblem problem : entry.problems()) {
            wire.addProblems(io.policyengine.proto.worker.v1.ParamProblem.newBuilder()
                    .setPointer(problem.pointer())
                    .setMessage(problem.message()));
        }
        return wire.build();
    }
}
