package io.policyengine.protocol;

import io.policyengine.core.params.JudgedSchema;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.time.ClockReading;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.proto.worker.v1.GetWorkerConfigRequest;
import io.policyengine.proto.worker.v1.MonotonicClock;
import io.policyengine.proto.worker.v1.WorkerConfig;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Encodes and decodes the messages of {@link WorkerMethod#GET_WORKER_CONFIG}, by which a worker describes itself. */
public final class DescriptionCodec {
    /** Maximum number of policies of one worker. */
    private static final int MAX_POLICIES = 1_000;
    /** Maximum length of a policy's parameter schema, in characters. */
    private static final int MAX_SCHEMA = 256 * 1024;

    /**
     * Maximum length of all parameter schemas of a worker together, in characters. The schemas stay in memory while the
     * worker is connected.
     */
    private static final int MAX_SCHEMAS = Math.clamp(Runtime.getRuntime().maxMemory() / 64, 1 << 20, 16 << 20);

    /**
     * Maximum number of values in all parameter schemas of a worker together. The schemas stay in memory while the
     * worker is connected.
     */
    private static final int MAX_VALUES = Math.clamp(Runtime.getRuntime().maxMemory() / 2048, 1 << 15, 1 << 20);
    /** Maximum length of the name of a worker's policy, in characters. */
    private static final int MAX_NAME = 200;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private DescriptionCodec() {}

    /**
     * A worker's description of itself, with the form of calls that it expects.
     *
     * @param parsesQuery whether the worker parses the query itself, so that calls omit its parameters
     * @param makesSpans whether the worker exports its own spans of traced calls
     * @param clock the worker's clock while it answered, or null if the worker does not send it
     */
    public record Introduction(
            WorkerDescription description,
            boolean parsesQuery,
            boolean makesSpans,
            @Nullable ClockReading clock) {
        /**
         * Returns whether calls must contain query parameters, because the worker supports them and does not parse the
         * query itself.
         */
        public boolean wantsQuery() {
            return description.protocolVersion().knows(ProtocolVersion.QUERY_PARAMETERS) && !parsesQuery;
        }

        /**
         * Returns a copy that keeps the worker's reading of its clock only if it lies between the two readings of this
         * process: then both processes share a clock.
         *
         * @param asked this process's reading before it asked the worker, or null if clocks cannot be compared
         * @param answered this process's reading after the worker's answer, or null
         */
        public Introduction withClockBetween(@Nullable ClockReading asked, @Nullable ClockReading answered) {
            boolean isShared = clock != null && asked != null && answered != null && clock.isBetween(asked, answered);
            return isShared ? this : new Introduction(description, parsesQuery, makesSpans, null);
        }

        /** Returns whether the worker's chunk results contain the number of the chunk. */
        public boolean numbersChunks() {
            return description.protocolVersion().knows(ProtocolVersion.CHUNK_NUMBERS);
        }
    }

    /** Encodes a kernel's request, which contains the kernel's protocol version. */
    public static Buffer encodeQuestion(ProtocolVersion version) {
        return WireBytes.buffer(GetWorkerConfigRequest.newBuilder()
                .setProtocolVersion(encode(version))
                .build());
    }

    /** Decodes the protocol version of the kernel that sent the request. */
    public static ProtocolVersion decodeQuestion(Buffer encoded) throws MalformedCallException {
        return decode(WireBytes.question(GetWorkerConfigRequest.parser(), WireBytes.bytes(encoded))
                .getProtocolVersion());
    }

    public static Buffer encode(Introduction introduction) {
        WorkerDescription description = introduction.description();
        WorkerConfig.Builder config = WorkerConfig.newBuilder()
                .setName(description.name())
                .setVersion(description.version())
                .setProtocolVersion(encode(description.protocolVersion()))
                .setMaxBodySizeBytes(description.maxBodySize())
                .setMaxStateSizeBytes(description.maxStateSize())
                .setParsesQuery(introduction.parsesQuery())
                .setMakesSpans(introduction.makesSpans());
        description.policies().forEach(policy -> config.addPolicies(encode(policy)));
        ClockReading clock = introduction.clock();
        if (clock != null) {
            config.setClock(
                    MonotonicClock.newBuilder().setBootId(clock.bootId()).setNanos(clock.nanos()));
        }
        return WireBytes.buffer(config.build());
    }

    /**
     * Decodes a worker's description. If the protocol is incompatible, decodes only name, version and protocol version.
     *
     * @throws WorkerException of kind INVALID_ANSWER if the description is invalid
     */
    public static Introduction decode(Buffer encoded) {
        WorkerConfig config = WireBytes.answer(WorkerConfig.getDefaultInstance(), encoded);
        ProtocolVersion version = decode(config.getProtocolVersion());
        if (!ProtocolVersion.CURRENT.worksWith(version)) {
            return new Introduction(
                    new WorkerDescription(
                            TextTruncation.beginning(config.getName()),
                            TextTruncation.beginning(config.getVersion()),
                            version,
                            0,
                            0,
                            List.of()),
                    config.getParsesQuery(),
                    config.getMakesSpans(),
                    null);
        }
        if (config.getPoliciesCount() > MAX_POLICIES) {
            throw new WorkerException(
                    Kind.INVALID_ANSWER,
                    "it declares " + config.getPoliciesCount() + " policies, but a worker may declare at most "
                            + MAX_POLICIES);
        }
        List<DeclaredPolicy> policies = new ArrayList<>(config.getPoliciesCount());
        SchemaBudget budget = new SchemaBudget();
        for (io.policyengine.proto.worker.v1.PolicyDescriptor policy : config.getPoliciesList()) {
            policies.add(decode(policy, budget));
        }
        WorkerDescription description = new WorkerDescription(
                TextTruncation.beginning(config.getName()),
                TextTruncation.beginning(config.getVersion()),
                version,
                config.getMaxBodySizeBytes(),
                config.getMaxStateSizeBytes(),
                List.copyOf(policies));
        return new Introduction(description, config.getParsesQuery(), config.getMakesSpans(), clock(config));
    }

    private static @Nullable ClockReading clock(WorkerConfig config) {
        String bootId = config.getClock().getBootId();
        return bootId.isEmpty()
                ? null
                : new ClockReading(
                        TextTruncation.beginning(bootId), config.getClock().getNanos());
    }

    private static io.policyengine.proto.worker.v1.ProtocolVersion encode(ProtocolVersion version) {
        return io.policyengine.proto.worker.v1.ProtocolVersion.newBuilder()
                .setMajor(version.major())
                .setMinor(version.minor())
                .build();
    }

    private static ProtocolVersion decode(io.policyengine.proto.worker.v1.ProtocolVersion wire) {
        return new ProtocolVersion(wire.getMajor(), wire.getMinor());
    }

    private static io.policyengine.proto.worker.v1.PolicyDescriptor encode(DeclaredPolicy declared) {
        PolicyDescriptor descriptor = declared.descriptor();
        io.policyengine.proto.worker.v1.PolicyDescriptor.Builder wire =
                io.policyengine.proto.worker.v1.PolicyDescriptor.newBuilder()
                        .setName(descriptor.name())
                        .setVersion(descriptor.version())
                        .setDescription(descriptor.description())
                        .setRequestBody(EnumCodec.encode(descriptor.requestBody()))
                        .setResponseBody(EnumCodec.encode(descriptor.responseBody()))
                        .setFamily(
                                descriptor.family() == Family.OTHER
                                        ? ""
                                        : descriptor.family().code())
                        .setKeepsRequestBody(descriptor.keepsRequestBody())
                        .setParamsSchemaJson(declared.paramsSchema().toString())
                        .setWantsExchangeEnd(descriptor.endAccuracy() != EndAccuracy.NONE)
                        .setEndAccuracy(EnumCodec.encode(descriptor.endAccuracy()));
        for (Phase phase : Phase.values()) {
            if (descriptor.phases().contains(phase)) {
                wire.addPhases(EnumCodec.encode(phase));
            }
        }
        descriptor.facts().stream().map(Fact::code).sorted().forEach(wire::addFacts);
        return wire.build();
    }

    private static DeclaredPolicy decode(io.policyengine.proto.worker.v1.PolicyDescriptor wire, SchemaBudget budget) {
        if (wire.getName().length() > MAX_NAME) {
            throw new WorkerException(
                    Kind.INVALID_ANSWER, "a policy has a name of more than " + MAX_NAME + " characters");
        }
        PolicyDescriptor descriptor = new PolicyDescriptor(
                wire.getName(),
                TextTruncation.beginning(wire.getVersion()),
                Family.ofCode(wire.getFamily()),
                TextTruncation.beginning(wire.getDescription()),
                phases(wire),
                EnumCodec.decode(wire.getRequestBody()),
                EnumCodec.decode(wire.getResponseBody()),
                EntryFacts.ofCodes(wire.getFactsList()).facts(),
                EnumCodec.decode(wire.getEndAccuracy(), wire.getWantsExchangeEnd()),
                wire.getKeepsRequestBody());
        return declared(descriptor, wire.getParamsSchemaJson(), budget);
    }

    /** Returns those phases of a policy that this version of the protocol knows; at least one. */
    private static Set<Phase> phases(io.policyengine.proto.worker.v1.PolicyDescriptor wire) {
        Set<Phase> phases = EnumSet.noneOf(Phase.class);
        for (io.policyengine.proto.worker.v1.Phase each : wire.getPhasesList()) {
            Phase phase = EnumCodec.decode(each);
            if (phase != null) {
                phases.add(phase);
            }
        }
        if (phases.isEmpty()) {
            throw new WorkerException(Kind.INVALID_ANSWER, "policy " + wire.getName() + " has no phase");
        }
        return Set.copyOf(phases);
    }

    /**
     * Decodes a declared policy. If its schema is invalid or too long, only this policy is unusable; the worker's other
     * policies are not affected.
     */
    private static DeclaredPolicy declared(PolicyDescriptor descriptor, String schema, SchemaBudget budget) {
        if (schema.length() > MAX_SCHEMA) {
            return unusable(descriptor, "it is longer than " + MAX_SCHEMA + " characters");
        }
        try {
            if (!budget.take(schema)) {
                return unusable(
                        descriptor,
                        "with it, the schemas of this worker have more than " + MAX_SCHEMAS + " characters or "
                                + MAX_VALUES + " values together");
            }
            JsonNode read = JSON.readTree(schema.isEmpty() ? "{}" : schema);
            return read.isObject() || read.isBoolean()
                    ? new DeclaredPolicy(descriptor, read)
                    : unusable(descriptor, "it is neither an object nor a boolean");
        } catch (JacksonException malformed) {
            return unusable(descriptor, "it is not JSON, or is nested too deeply");
        }
    }

    /** The number of characters and values that remain for the schemas of one worker. */
    private static final class SchemaBudget {
        private int characters = MAX_SCHEMAS;
        private int values = MAX_VALUES;

        /**
         * Charges the budget for a schema. The schema's values are counted before it is parsed. Returns false if too
         * little remains.
         */
        boolean take(String schema) {
            characters -= schema.length();
            if (characters < 0) {
                return false;
            }
            try (JsonParser parser = JSON.createParser(schema)) {
                while (values > 0 && parser.nextToken() != null) {
                    values--;
                }
            }
            return values > 0;
        }
    }

    private static DeclaredPolicy unusable(PolicyDescriptor descriptor, String why) {
        return new DeclaredPolicy(descriptor, JSON.createObjectNode(), new JudgedSchema.Unusable(why));
    }
}
