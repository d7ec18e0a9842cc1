package io.policyengine.kernel.remote;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.proto.worker.v1.HealthCheckResponse;
import io.policyengine.proto.worker.v1.PolicyHealth;
import io.policyengine.proto.worker.v1.PreparedEntry;
import io.policyengine.proto.worker.v1.WorkerConfig;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what a worker says about itself and about chains. */
final class ControlDecoder {
    /** Characters of a sentence for people. */
    private static final int MAX_SENTENCE = 300;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ControlDecoder() {}

    /**
     * Who the worker is; of one that speaks another protocol no more than its name, its version and its protocol.
     *
     * @throws WorkerException of kind INVALID_ANSWER if it makes no sense
     */
    static WorkerDescription description(WorkerConfig config) {
        ProtocolVersion version = new ProtocolVersion(
                config.getProtocolVersion().getMajor(),
                config.getProtocolVersion().getMinor());
        if (!ProtocolVersion.CURRENT.worksWith(version)) {
            return new WorkerDescription(config.getName(), config.getVersion(), version, 0, 0, List.of());
        }
        List<DeclaredPolicy> policies = new ArrayList<>(config.getPoliciesCount());
        for (io.policyengine.proto.worker.v1.PolicyDescriptor policy : config.getPoliciesList()) {
            policies.add(policy(policy));
        }
        return new WorkerDescription(
                config.getName(),
                config.getVersion(),
                version,
                config.getMaxBodySizeBytes(),
                config.getMaxStateSizeBytes(),
                List.copyOf(policies));
    }

    /** Whether the worker is sent the parameters of queries: one that knows them, and does not read them by itself. */
    static boolean wantsQuery(WorkerConfig config) {
        ProtocolVersion version = new ProtocolVersion(
                config.getProtocolVersion().getMajor(),
                config.getProtocolVersion().getMinor());
        return version.knows(ProtocolVersion.QUERY_PARAMETERS) && !config.getParsesQuery();
    }

    private static DeclaredPolicy policy(io.policyengine.proto.worker.v1.PolicyDescriptor wire) {
        PolicyDescriptor descriptor = new PolicyDescriptor(
                wire.getName(),
                wire.getVersion(),
                wire.getDescription(),
                phases(wire),
                need(wire.getRequestBody()),
                need(wire.getResponseBody()),
                EntryFacts.ofCodes(wire.getFactsList()).facts(),
                accuracy(wire),
                wire.getKeepsRequestBody());
        return new DeclaredPolicy(descriptor, schema(wire));
    }

    private static Set<Phase> phases(io.policyengine.proto.worker.v1.PolicyDescriptor wire) {
        Set<Phase> phases = EnumSet.noneOf(Phase.class);
        for (io.policyengine.proto.worker.v1.Phase phase : wire.getPhasesList()) {
            switch (phase) {
                case PHASE_REQUEST -> phases.add(Phase.REQUEST);
                case PHASE_RESPONSE -> phases.add(Phase.RESPONSE);
                case PHASE_UNSPECIFIED, UNRECOGNIZED -> {}
            }
        }
        if (phases.isEmpty()) {
            throw new WorkerException(Kind.INVALID_ANSWER, "policy " + wire.getName() + " has no phase");
        }
        return Set.copyOf(phases);
    }

    private static EndAccuracy accuracy(io.policyengine.proto.worker.v1.PolicyDescriptor wire) {
        return switch (wire.getEndAccuracy()) {
            case END_ACCURACY_UNSPECIFIED -> wire.getWantsExchangeEnd() ? EndAccuracy.STREAM : EndAccuracy.NONE;
            case END_ACCURACY_STREAM -> EndAccuracy.STREAM;
            // One that only a newer kernel knows: the most exact serves all.
            case END_ACCURACY_EXACT, UNRECOGNIZED -> EndAccuracy.EXACT;
        };
    }

    private static BodyNeed need(io.policyengine.proto.worker.v1.BodyNeed wire) {
        return switch (wire) {
            case BODY_NEED_NONE -> BodyNeed.NONE;
            // A need that only a newer kernel knows: the whole body serves most.
            case BODY_NEED_BUFFERED, UNRECOGNIZED -> BodyNeed.BUFFERED;
            case BODY_NEED_STREAMING -> BodyNeed.STREAMING;
            case BODY_NEED_BUFFERED_OR_STREAMING -> BodyNeed.BUFFERED_OR_STREAMING;
        };
    }

    private static JsonNode schema(io.policyengine.proto.worker.v1.PolicyDescriptor wire) {
        try {
            JsonNode schema = JSON.readTree(wire.getParamsSchemaJson().isEmpty() ? "{}" : wire.getParamsSchemaJson());
            if (schema.isObject() || schema.isBoolean()) {
                return schema;
            }
        } catch (JacksonException malformed) {
            throw new WorkerException(
                    Kind.INVALID_ANSWER, "the parameter schema of policy " + wire.getName() + " is not JSON");
        }
        throw new WorkerException(
                Kind.INVALID_ANSWER, "the parameter schema of policy " + wire.getName() + " is not a JSON Schema");
    }

    static WorkerHealth health(HealthCheckResponse wire) {
        Map<String, String> unhealthy = new TreeMap<>();
        for (PolicyHealth policy : wire.getPoliciesList()) {
            if (!policy.getHealthy()) {
                unhealthy.put(policy.getPolicy(), sentence(policy.getMessage(), "it does not say why"));
            }
        }
        boolean serving = wire.getStatus() == HealthCheckResponse.Status.STATUS_SERVING;
        return new WorkerHealth(
                serving,
                sentence(wire.getMessage(), serving ? "" : "the worker takes no calls"),
                Map.copyOf(unhealthy));
    }

    /** What a worker says for people, as long as people read, and on one line. */
    private static String sentence(String said, String otherwise) {
        String line = said.codePoints()
                .limit(MAX_SENTENCE)
                .map(character -> Character.isISOControl(character) ? ' ' : character)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return line.isBlank() ? otherwise : line;
    }

    /**
     * What preparing a page of chains found out.
     *
     * @throws WorkerException of kind INVALID_ANSWER if the answer does not fit the question
     */
    static List<PreparedChain> prepared(
            List<ChainSpec> asked, List<io.policyengine.proto.worker.v1.PreparedChain> wire) {
        if (asked.size() != wire.size()) {
            throw new WorkerException(
                    Kind.INVALID_ANSWER, wire.size() + " prepared chains where " + asked.size() + " were asked for");
        }
        List<PreparedChain> chains = new ArrayList<>(wire.size());
        for (int i = 0; i < wire.size(); i++) {
            ChainSpec spec = asked.get(i);
            io.policyengine.proto.worker.v1.PreparedChain chain = wire.get(i);
            if (chain.getId() != spec.id()
                    || chain.getEntriesCount() != spec.entries().size()) {
                throw new WorkerException(
                        Kind.INVALID_ANSWER, "a prepared chain that is not chain " + spec.id() + " as asked for");
            }
            chains.add(new PreparedChain(
                    chain.getId(),
                    chain.getEntriesList().stream().map(ControlDecoder::entry).toList()));
        }
        return chains;
    }

    private static PreparedChain.Entry entry(PreparedEntry wire) {
        return new PreparedChain.Entry(
                wire.getUnknownPolicy(),
                wire.getProblemsList().stream()
                        .map(problem -> new ParamProblem(problem.getPointer(), problem.getMessage()))
                        .toList(),
                need(wire.getBodyNeed()),
                wire.getKeepsRequestBody(),
                EntryFacts.ofCodes(wire.getFactsList()));
    }
}
