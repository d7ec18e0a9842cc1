package io.policyengine.protocol;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PassedEntries;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.proto.worker.v1.Chain;
import io.policyengine.proto.worker.v1.ChainEntry;
import io.policyengine.proto.worker.v1.EntryMode;
import io.policyengine.proto.worker.v1.PrepareChainsRequest;
import io.policyengine.proto.worker.v1.PrepareChainsResponse;
import io.policyengine.proto.worker.v1.PreparedEntry;
import io.policyengine.proto.worker.v1.ReleaseChainsRequest;
import io.policyengine.proto.worker.v1.ReleaseChainsResponse;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Encodes and decodes the messages of {@link WorkerMethod#PREPARE_CHAINS} and {@link WorkerMethod#RELEASE_CHAINS}. */
public final class PreparationCodec {
    /** Maximum bytes of a page of chains to prepare; a longer chain has its own page. */
    static final int PAGE_BYTES = 1 << 20;

    /** Maximum number of facts that a worker declares for one entry. */
    private static final int MAX_FACTS = 1_000;

    /**
     * Maximum length of a fact that a worker declares for an entry, in characters. A fact may contain the name of a
     * field or a namespace of metadata.
     */
    private static final int MAX_FACT = 1_000;

    /** Maximum number of problems that a worker reports for one entry. */
    private static final int MAX_PROBLEMS = 100;

    private PreparationCodec() {}

    /** The chains that the kernel asks a worker to prepare by one message. */
    public static final class Page {
        private final List<ChainSpec> specs = new ArrayList<>();
        private final List<Chain> chains = new ArrayList<>();

        private Page() {}

        private void add(ChainSpec spec, Chain chain) {
            specs.add(spec);
            chains.add(chain);
        }

        public Buffer encode(long generation) {
            return WireBytes.buffer(PrepareChainsRequest.newBuilder()
                    .setGeneration(generation)
                    .addAllChains(chains)
                    .build());
        }

        /**
         * Decodes the result of preparing this page.
         *
         * @throws WorkerException of kind INVALID_ANSWER if the result does not match the page
         */
        public List<PreparedChain> decodeAnswer(Buffer encoded) {
            return prepared(
                    specs,
                    WireBytes.answer(PrepareChainsResponse.getDefaultInstance(), encoded)
                            .getChainsList());
        }
    }

    /** The chains that a kernel asks a worker to prepare. */
    public record Preparation(long generation, List<ChainSpec> chains) {}

    /** Divides the chains into pages of about {@value #PAGE_BYTES} bytes. */
    public static List<Page> pages(List<ChainSpec> specs) {
        List<Page> pages = new ArrayList<>();
        Page page = new Page();
        int bytes = 0;
        for (ChainSpec spec : specs) {
            Chain chain = encode(spec);
            int size = chain.getSerializedSize();
            if (bytes > 0 && bytes + size > PAGE_BYTES) {
                pages.add(page);
                page = new Page();
                bytes = 0;
            }
            page.add(spec, chain);
            bytes += size;
        }
        if (bytes > 0) {
            pages.add(page);
        }
        return pages;
    }

    /** Decodes a page of chains that a worker received. */
    public static Preparation decode(Buffer encoded) throws MalformedCallException {
        PrepareChainsRequest request = WireBytes.question(PrepareChainsRequest.parser(), WireBytes.bytes(encoded));
        List<ChainSpec> specs = new ArrayList<>(request.getChainsCount());
        for (Chain chain : request.getChainsList()) {
            if (chain.getId() == 0) {
                throw new MalformedCallException("a chain has the id 0");
            }
            specs.add(decode(chain));
        }
        return new Preparation(request.getGeneration(), specs);
    }

    private static Chain encode(ChainSpec spec) {
        Chain.Builder chain = Chain.newBuilder()
                .setId(spec.id())
                .setRoute(spec.route())
                .setRouteLabel(spec.routeLabel())
                .setPhase(EnumCodec.encode(spec.phase()));
        spec.entries().forEach(entry -> chain.addEntries(encode(entry)));
        return chain.build();
    }

    static ChainSpec decode(Chain chain) throws MalformedCallException {
        List<ChainSpec.Entry> entries = new ArrayList<>(chain.getEntriesCount());
        for (ChainEntry entry : chain.getEntriesList()) {
            entries.add(decode(entry));
        }
        Phase phase = EnumCodec.decode(chain.getPhase());
        if (phase == null) {
            throw new MalformedCallException("chain " + chain.getId() + " has no phase");
        }
        String label = chain.getRouteLabel().isEmpty() ? chain.getRoute() : chain.getRouteLabel();
        return new ChainSpec(chain.getId(), chain.getRoute(), label, phase, List.copyOf(entries));
    }

    private static ChainEntry encode(ChainSpec.Entry entry) {
        ChainEntry.Builder wire = ChainEntry.newBuilder()
                .setName(entry.name())
                .setPolicy(entry.policy())
                .setParamsJson(entry.params().toString())
                .setOnFailure(EnumCodec.encode(entry.onFailure()))
                .setOnOverload(EnumCodec.encode(entry.onOverload()))
                .setTimeoutMs(encode(entry.timeout()))
                .setWhen(WireBytes.orEmpty(entry.when()))
                .setMode(entry.shadow() ? EntryMode.ENTRY_MODE_SHADOW : EntryMode.ENTRY_MODE_ENFORCE);
        PassedEntries passed = entry.passed();
        if (passed != null) {
            wire.setPassed(io.policyengine.proto.worker.v1.PassedEntries.newBuilder()
                    .setDigest(passed.digest())
                    .addAllPolicies(passed.policies()));
        }
        return wire.build();
    }

    private static ChainSpec.Entry decode(ChainEntry entry) throws MalformedCallException {
        return new ChainSpec.Entry(
                        entry.getName(),
                        entry.getPolicy(),
                        params(entry),
                        EnumCodec.decode(entry.getOnFailure()),
                        EnumCodec.decode(entry.getOnOverload()),
                        timeout(entry.getTimeoutMs()),
                        WireBytes.orNull(entry.getWhen()),
                        shadow(entry))
                .withPassed(passed(entry));
    }

    private static @Nullable PassedEntries passed(ChainEntry entry) {
        return entry.hasPassed()
                ? new PassedEntries(
                        entry.getPassed().getDigest(), entry.getPassed().getPoliciesList())
                : null;
    }

    /** Encodes the timeout of an entry; 0 if the entry has no timeout of its own. */
    private static int encode(@Nullable Duration timeout) {
        return timeout == null ? 0 : Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE);
    }

    private static @Nullable Duration timeout(int millis) {
        return millis == 0 ? null : Duration.ofMillis(Integer.toUnsignedLong(millis));
    }

    private static ObjectNode params(ChainEntry entry) throws MalformedCallException {
        String text = entry.getParamsJson();
        String what = "parameters of entry " + entry.getName();
        JsonNode params = JsonText.decode(what, text.isEmpty() ? "{}" : text);
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

    /** Encodes the result of preparing a page of chains. */
    public static Buffer encodeAnswer(List<PreparedChain> chains) {
        PrepareChainsResponse.Builder response = PrepareChainsResponse.newBuilder();
        chains.forEach(chain -> response.addChains(encode(chain)));
        return WireBytes.buffer(response.build());
    }

    private static List<PreparedChain> prepared(
            List<ChainSpec> asked, List<io.policyengine.proto.worker.v1.PreparedChain> wire) {
        if (asked.size() != wire.size()) {
            throw new WorkerException(
                    Kind.INVALID_ANSWER, wire.size() + " prepared chains, but " + asked.size() + " were requested");
        }
        List<PreparedChain> chains = new ArrayList<>(wire.size());
        for (int i = 0; i < wire.size(); i++) {
            ChainSpec spec = asked.get(i);
            io.policyengine.proto.worker.v1.PreparedChain chain = wire.get(i);
            if (chain.getId() != spec.id()
                    || chain.getEntriesCount() != spec.entries().size()) {
                throw new WorkerException(
                        Kind.INVALID_ANSWER, "a prepared chain that is not chain " + spec.id() + " as requested");
            }
            chains.add(new PreparedChain(
                    chain.getId(),
                    chain.getEntriesList().stream()
                            .map(PreparationCodec::decode)
                            .toList(),
                    chain.getUnfinished()));
        }
        return chains;
    }

    private static io.policyengine.proto.worker.v1.PreparedChain encode(PreparedChain chain) {
        io.policyengine.proto.worker.v1.PreparedChain.Builder wire =
                io.policyengine.proto.worker.v1.PreparedChain.newBuilder()
                        .setId(chain.id())
                        .setUnfinished(chain.unfinished());
        chain.entries().forEach(entry -> wire.addEntries(encode(entry)));
        return wire.build();
    }

    private static PreparedEntry encode(PreparedChain.Entry entry) {
        PreparedEntry.Builder wire = PreparedEntry.newBuilder()
                .setUnknownPolicy(entry.unknownPolicy())
                .setBodyNeed(EnumCodec.encode(entry.bodyNeed()))
                .setKeepsRequestBody(entry.keepsRequestBody())
                .addAllFacts(entry.facts().codes());
        for (ParamProblem problem : entry.problems()) {
            wire.addProblems(io.policyengine.proto.worker.v1.ParamProblem.newBuilder()
                    .setPointer(problem.pointer())
                    .setMessage(problem.message()));
        }
        return wire.build();
    }

    private static PreparedChain.Entry decode(PreparedEntry wire) {
        if (wire.getFactsCount() > MAX_FACTS
                || wire.getFactsList().stream().anyMatch(fact -> fact.length() > MAX_FACT)) {
            throw new WorkerException(
                    Kind.INVALID_ANSWER,
                    "a prepared entry with more than " + MAX_FACTS + " facts, or with a fact of more than " + MAX_FACT
                            + " characters");
        }
        return new PreparedChain.Entry(
                wire.getUnknownPolicy(),
                wire.getProblemsList().stream()
                        .limit(MAX_PROBLEMS)
                        .map(problem -> new ParamProblem(
                                TextTruncation.beginning(problem.getPointer()),
                                TextTruncation.beginning(problem.getMessage())))
                        .toList(),
                EnumCodec.decode(wire.getBodyNeed()),
                wire.getKeepsRequestBody(),
                EntryFacts.ofCodes(wire.getFactsList()));
    }

    /** Encodes the request to release chains. */
    public static Buffer encodeRelease(List<Long> ids) {
        return WireBytes.buffer(ReleaseChainsRequest.newBuilder().addAllIds(ids).build());
    }

    /** Decodes the ids of chains to release. */
    public static List<Long> decodeRelease(Buffer encoded) throws MalformedCallException {
        return WireBytes.question(ReleaseChainsRequest.parser(), WireBytes.bytes(encoded))
                .getIdsList();
    }

    /** Encodes the confirmation that chains were released, which is an empty message. */
    public static Buffer encodeReleased() {
        return WireBytes.buffer(ReleaseChainsResponse.getDefaultInstance());
    }

    /**
     * Decodes the confirmation that chains were released. Always returns true.
     *
     * @throws WorkerException of kind INVALID_ANSWER if the message is malformed
     */
    public static boolean isReleased(Buffer encoded) {
        return WireBytes.answer(ReleaseChainsResponse.getDefaultInstance(), encoded)
                .isInitialized();
    }
}
