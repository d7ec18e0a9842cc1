package io.policyengine.protocol;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.EntryTimes;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RemoveQueryParam;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetAuthority;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetMethod;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.instruction.SetQueryParam;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.instruction.TrailersInstruction;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TraceParent;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.core.time.ClockReading;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.PassedEntries;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.TrailersCall;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.core.worker.WorkerLoad;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Random values of what travels between kernel and worker: all that there can be, out of small sets, and the same for a seed. */
final class Samples {
    static final int SEEDS = 500;

    /** What the ticker of kernel and worker shows. */
    static final long NOW = 1_000_000_007L;

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String LETTERS = "abz09-ÄÖ€漢\uD83D\uDE00 \"\\/?&=%+";

    private final RandomGenerator random;

    private Samples(RandomGenerator random) {
        this.random = random;
    }

    /** Tries something with many seeds. */
    static void forEachSeed(Consumer<Samples> test) {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                test.accept(new Samples(new SplittableRandom(seed)));
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("with seed " + seed, failure);
            }
        }
    }

    boolean flag() {
        return random.nextBoolean();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    long id() {
        return random.nextLong() | 1;
    }

    <E extends Enum<E>> E oneOf(Class<E> type) {
        E[] values = type.getEnumConstants();
        return values[below(values.length)];
    }

    <E extends Enum<E>> Set<E> someOf(Class<E> type) {
        Set<E> some = EnumSet.noneOf(type);
        for (E value : type.getEnumConstants()) {
            if (flag()) {
                some.add(value);
            }
        }
        return some;
    }

    <T> List<T> some(int max, Supplier<T> supplier) {
        return Stream.generate(supplier).limit(below(max + 1)).toList();
    }

    <T> @Nullable T orNull(T value) {
        return flag() ? value : null;
    }

    @Nullable
    String code() {
        return orNull("CODE_" + below(10));
    }

    @Nullable
    String rule() {
        return orNull("rule-" + below(10) + ".a");
    }

    /** Text, perhaps empty. */
    String text() {
        return random.ints(below(12), 0, LETTERS.codePointCount(0, LETTERS.length()))
                .map(i -> LETTERS.codePointAt(LETTERS.offsetByCodePoints(0, i)))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    String name() {
        return "n"
                + random.ints(1 + below(5), 'a', 'z' + 1)
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining());
    }

    /** Any octets. */
    String octets() {
        return random.ints(below(12), 0, 0x100).mapToObj(Character::toString).collect(Collectors.joining());
    }

    /** Octets that a header field may hold. */
    String fieldValue() {
        return random.ints(below(12), 0x80, 0x100)
                .mapToObj(Character::toString)
                .collect(Collectors.joining("", "v", "v"));
    }

    Buffer bytes() {
        byte[] bytes = new byte[below(40)];
        random.nextBytes(bytes);
        return Buffer.buffer(bytes);
    }

    JsonNode json() {
        return JSON.readTree(jsonText(2));
    }

    ObjectNode object() {
        return (ObjectNode) JSON.readTree(objectText(2));
    }

    private String jsonText(int depth) {
        return switch (below(depth == 0 ? 5 : 7)) {
            case 0 -> "null";
            case 1 -> String.valueOf(flag());
            case 2 -> String.valueOf(random.nextLong() >> below(64));
            case 3 -> below(100) + ".25";
            case 4 -> JSON.writeValueAsString(text());
            case 5 ->
                Stream.generate(() -> jsonText(depth - 1)).limit(below(4)).collect(Collectors.joining(",", "[", "]"));
            default -> objectText(depth);
        };
    }

    private String objectText(int depth) {
        int size = below(4);
        return Stream.iterate(0, i -> i + 1)
                .limit(size)
                .map(i -> JSON.writeValueAsString(i + text()) + ":" + jsonText(depth - 1))
                .collect(Collectors.joining(",", "{", "}"));
    }

    HeaderMap headers() {
        HeaderMap.Builder headers = HeaderMap.builder(4);
        for (int left = below(5); left > 0; left--) {
            headers.append(name(), fieldValue());
        }
        return headers.build();
    }

    RequestView requestView() {
        return below(8) == 0
                ? RequestView.absentRequest()
                : new RequestView(
                        name(),
                        name(),
                        octets(),
                        "/" + octets() + (flag() ? "?" + name() + "=" + name() : ""),
                        headers(),
                        flag() ? "2001:db8::1" : "",
                        texts(),
                        orNull(bytes()),
                        false);
    }

    ResponseView responseView() {
        return new ResponseView(below(600), headers(), orNull(bytes()));
    }

    private Map<String, String> texts() {
        Map<String, String> texts = new HashMap<>();
        some(3, this::name).forEach(name -> texts.put(name, text()));
        return texts;
    }

    Metadata metadata() {
        Map<String, JsonNode> values = new HashMap<>();
        some(3, this::name).forEach(name -> values.put(name, json()));
        return Metadata.of(values);
    }

    EnvoyMetadata envoy() {
        EnvoyMetadata.Builder metadata = EnvoyMetadata.builder();
        some(2, this::name).forEach(name -> metadata.untyped(name, members()));
        some(2, this::name).forEach(name -> metadata.typed(name, new EnvoyMetadata.Typed(text(), bytes())));
        return metadata.build();
    }

    private Map<String, Object> members() {
        Map<String, Object> members = new HashMap<>();
        some(3, this::name)
                .forEach(name -> members.put(
                        name,
                        switch (below(5)) {
                            case 0 -> text();
                            case 1 -> id();
                            case 2 -> below(1000) / 16.0;
                            case 3 -> flag();
                            default -> Map.of("list", List.of(1L, "x", Map.of()));
                        }));
        return members;
    }

    /** With whole milliseconds left, as they travel. */
    Call call(Cancellation cancellation) {
        return new Call(
                text(),
                id(),
                NOW + Duration.ofMillis(1 + below(5_000)).toNanos(),
                cancellation,
                flag(),
                flag() ? traceParent() : null);
    }

    private TraceParent traceParent() {
        HexFormat hex = HexFormat.of();
        return new TraceParent(hex.toHexDigits(id()) + hex.toHexDigits(id()), id(), flag() ? "" : "a=1,b=2");
    }

    RequestCall requestCall(Cancellation cancellation) {
        return new RequestCall(call(cancellation), id(), below(5), below(5), requestView(), metadata(), envoy(), false);
    }

    ResponseCall responseCall(Cancellation cancellation) {
        return new ResponseCall(
                call(cancellation),
                id(),
                below(5),
                below(5),
                responseView(),
                requestView(),
                requestView(),
                metadata(),
                envoy(),
                false);
    }

    TrailersCall trailersCall(Cancellation cancellation) {
        Phase phase = oneOf(Phase.class);
        return new TrailersCall(
                phase,
                id(),
                below(5),
                below(5),
                new TrailersContext(
                        headers(),
                        phase == Phase.RESPONSE ? responseView() : ResponseView.absentResponse(),
                        requestView(),
                        requestView(),
                        metadata(),
                        call(cancellation),
                        envoy()),
                false);
    }

    ExchangeEnd exchangeEnd() {
        return new ExchangeEnd(id(), below(600), flag(), orNull(name()), orNull(name()), code(), rule());
    }

    ChainSpec chain() {
        return new ChainSpec(id(), text(), "l" + text(), oneOf(Phase.class), some(4, this::chainEntry));
    }

    private ChainSpec.Entry chainEntry() {
        return new ChainSpec.Entry(
                        text(),
                        name(),
                        object(),
                        oneOf(OnFailure.class),
                        oneOf(OnFailure.class),
                        orNull(Duration.ofMillis(1 + below(5_000))),
                        orNull(name()),
                        flag())
                .withPassed(orNull(new PassedEntries(text(), some(3, this::name))));
    }

    PreparedChain prepared(ChainSpec spec) {
        return new PreparedChain(
                spec.id(), spec.entries().stream().map(_ -> preparedEntry()).toList(), flag());
    }

    private PreparedChain.Entry preparedEntry() {
        return new PreparedChain.Entry(
                flag(), some(3, () -> new ParamProblem(text(), text())), oneOf(BodyNeed.class), flag(), facts());
    }

    private EntryFacts facts() {
        EntryFacts facts = EntryFacts.of(someOf(Fact.class));
        for (HeaderUse.Action action : someOf(HeaderUse.Action.class)) {
            facts = facts.with(action, some(2, this::name));
        }
        for (String namespace : some(2, this::name)) {
            facts = facts.with(EntryFacts.readingMetadata(namespace))
                    .with(EntryFacts.bodyUnlessMetadata(oneOf(Phase.class), namespace));
        }
        return facts;
    }

    WorkerDescription description() {
        return new WorkerDescription(
                text(),
                text(),
                new ProtocolVersion(ProtocolVersion.CURRENT.major(), below(9)),
                random.nextLong(Long.MAX_VALUE),
                random.nextLong(Long.MAX_VALUE),
                some(3, this::declaredPolicy));
    }

    private DeclaredPolicy declaredPolicy() {
        Set<Phase> phases = someOf(Phase.class);
        phases.add(oneOf(Phase.class));
        PolicyDescriptor descriptor = new PolicyDescriptor(
                name(),
                text(),
                oneOf(Family.class),
                text(),
                phases,
                oneOf(BodyNeed.class),
                oneOf(BodyNeed.class),
                someOf(Fact.class),
                oneOf(EndAccuracy.class),
                flag());
        return new DeclaredPolicy(descriptor, object());
    }

    WorkerHealth health() {
        Map<String, String> unhealthy = new HashMap<>();
        some(3, this::name).forEach(name -> unhealthy.put(name, "is " + text()));
        return new WorkerHealth(flag(), "is " + text(), unhealthy, flag() ? WorkerLoad.NONE : load());
    }

    private WorkerLoad load() {
        return new WorkerLoad(below(9), Duration.ofMillis(below(900)), below(9), Duration.ofMillis(below(900)));
    }

    @Nullable
    ClockReading clock() {
        return flag() ? null : new ClockReading("boot-" + below(9), NOW + below(9));
    }

    /** A failure with a code that entries can have. */
    EntryFailure failure() {
        ErrorCode code = oneOf(ErrorCode.class);
        return new EntryFailure(code.isOfEntries() ? code : ErrorCode.POLICY_TIMEOUT, text());
    }

    ImmediateResponse immediateResponse() {
        return new ImmediateResponse(200 + below(400), headers(), bytes(), text(), code(), rule(), flag());
    }

    /** All kinds of what a request policy may ask for. */
    List<RequestInstruction> allRequestInstructions() {
        List<RequestInstruction> all = new ArrayList<>(List.of(
                new SetHeader(name(), fieldValue()),
                new AppendHeader(name(), fieldValue()),
                new RemoveHeader(name()),
                new SetBody(bytes(), orNull(name())),
                new SetMetadata(name(), json()),
                new SetPath("/" + name()),
                new SetQueryParam(name(), text()),
                new RemoveQueryParam(name()),
                new SetMethod("GET"),
                new SetAuthority(name()),
                new SetResponseHeader(name(), fieldValue())));
        return all.stream().filter(_ -> below(4) > 0).toList();
    }

    /** All kinds of what a response policy may ask for. */
    List<ResponseInstruction> allResponseInstructions() {
        List<ResponseInstruction> all = new ArrayList<>(List.of(
                new SetHeader(name(), fieldValue()),
                new AppendHeader(name(), fieldValue()),
                new RemoveHeader(name()),
                new SetBody(bytes(), orNull(name())),
                new SetMetadata(name(), json()),
                new SetStatusCode(200 + below(400), code())));
        return all.stream().filter(_ -> below(4) > 0).toList();
    }

    /** Times of all entries, or of none. */
    private EntryTimes times(int entries) {
        long[] packed = new long[flag() ? entries : 0];
        for (int i = 0; i < packed.length; i++) {
            packed[i] = EntryTimes.pack(below(1_000_000), below(5) == 0 ? 3_000_000_000L : below(1_000_000));
        }
        return packed.length == 0 ? EntryTimes.UNKNOWN : EntryTimes.of(packed, entries);
    }

    /** A result of at least one entry, of which only the last may end the chain. */
    SegmentResult<RequestOutcome> requestResult() {
        List<EntryResult<RequestOutcome>> entries = new ArrayList<>(some(3, this::goesOnAtRequest));
        entries.add(
                switch (below(3)) {
                    case 0 -> goesOnAtRequest();
                    case 1 ->
                        new EntryResult.Completed<>(
                                new RequestOutcome.SkipRemaining(allRequestInstructions(), orNull(name())));
                    default ->
                        new EntryResult.Completed<>(
                                new RequestOutcome.Respond(immediateResponse(), allRequestInstructions()));
                });
        return new SegmentResult<>(entries, times(entries.size()));
    }

    private EntryResult<RequestOutcome> goesOnAtRequest() {
        return switch (below(5)) {
            case 0 -> new EntryResult.Failed<>(failure());
            case 1 -> new EntryResult.Skipped<>();
            default ->
                new EntryResult.Completed<>(new RequestOutcome.Proceed(allRequestInstructions(), orNull(name())));
        };
    }

    /** See {@link #requestResult}. */
    SegmentResult<ResponseOutcome> responseResult() {
        List<EntryResult<ResponseOutcome>> entries = new ArrayList<>(some(3, this::goesOnAtResponse));
        entries.add(
                flag()
                        ? goesOnAtResponse()
                        : new EntryResult.Completed<>(
                                new ResponseOutcome.SkipRemaining(allResponseInstructions(), orNull(name()))));
        return new SegmentResult<>(entries, times(entries.size()));
    }

    private EntryResult<ResponseOutcome> goesOnAtResponse() {
        return switch (below(5)) {
            case 0 -> new EntryResult.Failed<>(failure());
            case 1 -> new EntryResult.Skipped<>();
            default ->
                new EntryResult.Completed<>(new ResponseOutcome.Proceed(allResponseInstructions(), orNull(name())));
        };
    }

    /** A result of at least one entry. */
    SegmentResult<TrailersOutcome> trailersResult() {
        List<EntryResult<TrailersOutcome>> entries = new ArrayList<>(some(2, this::onTrailers));
        entries.add(onTrailers());
        return new SegmentResult<>(entries, times(entries.size()));
    }

    private EntryResult<TrailersOutcome> onTrailers() {
        if (below(4) == 0) {
            return new EntryResult.Failed<>(failure());
        }
        List<TrailersInstruction> all = List.of(
                new SetHeader(name(), fieldValue()),
                new AppendHeader(name(), fieldValue()),
                new RemoveHeader(name()),
                new SetMetadata(name(), json()));
        return new EntryResult.Completed<>(
                new TrailersOutcome(all.stream().filter(_ -> below(4) > 0).toList()));
    }

    /** What became of a chunk that these entries looked at. */
    ChunkResult chunkResult(EntryRange entries) {
        List<ChunkResult.Failure> failures = new ArrayList<>();
        for (int entry = entries.first(); entry < entries.end(); entry++) {
            if (below(3) == 0) {
                failures.add(new ChunkResult.Failure(entry, failure()));
            }
        }
        if (below(4) == 0) {
            int entry = entries.first() + below(entries.size());
            return new ChunkResult(
                    Buffer.buffer(),
                    true,
                    false,
                    failures,
                    new ChunkResult.Denial(entry, immediateResponse()),
                    chunkTimes(entries),
                    false);
        }
        boolean last = flag();
        Buffer data = orNull(bytes());
        boolean holding = !last && flag();
        return new ChunkResult(data, last, holding, failures, null, chunkTimes(entries), last && flag());
    }

    private List<ChunkResult.Time> chunkTimes(EntryRange entries) {
        return flag() ? List.of() : List.of(new ChunkResult.Time(entries.first(), below(1_000_000)));
    }
}
