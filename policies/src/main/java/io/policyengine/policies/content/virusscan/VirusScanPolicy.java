package io.policyengine.policies.content.virusscan;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.policies.content.virusscan.scanner.Scanner;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.StringNode;

/** Denies bodies in which the scanner finds malware, and bodies that cannot be scanned. */
final class VirusScanPolicy implements Policy {
    /** The metadata key of the signature that was found in a whole body. */
    static final String SIGNATURE = "virus_scan.signature";

    private static final Logger LOG = LoggerFactory.getLogger(VirusScanPolicy.class);
    private static final String NAME = "virusScan";

    /** The refusal of a partial file. A scanner would not find a virus that the client has cut in two. */
    private static final ScanRefusal PART =
            new ScanRefusal.Unopenable("it is only a part of a file: remove Range and If-Range from requests");

    private final Scans scans;
    private final Scanner ofRequests;
    private final Scanner ofResponses;
    private final DenialFormat format;

    VirusScanPolicy(Scans scans, Scanner ofRequests, Scanner ofResponses, DenialFormat format) {
        this.scans = scans;
        this.ofRequests = ofRequests;
        this.ofResponses = ofResponses;
        this.format = format;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        Buffer body = context.request().body();
        if (body == null) {
            return RequestOutcome.unchanged();
        }
        return whole(ofRequests, context.request().headers(), body, context.call())
                .compose(found -> found.isEmpty()
                        ? RequestOutcome.unchanged()
                        : Future.succeededFuture(new RequestOutcome.Respond(
                                denial(found.get(), context.call()), instructions(found.get()))));
    }

    private Future<Optional<ScanRefusal>> whole(Scanner scanner, HeaderMap headers, Buffer body, Call call) {
        if (body.length() > scans.maxBytes() && !scans.passesTooLarge()) {
            return Future.succeededFuture(Optional.of(new ScanRefusal.TooLarge()));
        }
        VirusBodyScan scan = scans.begin(scanner, headers, call);
        return scan.take(body, true).onComplete(_ -> scan.close());
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        if (context.response().isPart()) {
            return ResponseOutcome.proceed(replacement(PART, context.call()));
        }
        Buffer body = context.response().body();
        if (body == null) {
            return ResponseOutcome.unchanged();
        }
        return whole(ofResponses, context.response().headers(), body, context.call())
                .compose(found -> found.isEmpty()
                        ? ResponseOutcome.unchanged()
                        : ResponseOutcome.proceed(replacement(found.get(), context.call())));
    }

    @Override
    public ChunkFilter<RequestChunkOutcome> requestChunks(RequestContext context) {
        Call call = context.call();
        VirusBodyScan scan = scans.begin(ofRequests, context.request().headers(), call);
        return new ScanningFilter<>(scan, found -> RequestChunkOutcome.respond(denial(found, call)));
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        Call call = context.call();
        VirusBodyScan scan = scans.begin(ofResponses, context.response().headers(), call);
        return new ScanningFilter<>(scan, found -> {
            tell(found, Phase.RESPONSE, call);
            return Future.failedFuture(ofResponse(found).breakingOff());
        });
    }

    private ImmediateResponse denial(ScanRefusal found, Call call) {
        tell(found, Phase.REQUEST, call);
        return ofRequest(found).response(format);
    }

    private List<RequestInstruction> instructions(ScanRefusal found) {
        return found instanceof ScanRefusal.Infected(String signature) ? List.of(metadata(signature)) : List.of();
    }

    private List<ResponseInstruction> replacement(ScanRefusal found, Call call) {
        tell(found, Phase.RESPONSE, call);
        List<ResponseInstruction> all = new ArrayList<>(ofResponse(found).replacement(format));
        if (found instanceof ScanRefusal.Infected(String signature)) {
            all.add(metadata(signature));
        }
        return List.copyOf(all);
    }

    private static SetMetadata metadata(String signature) {
        return new SetMetadata(SIGNATURE, StringNode.valueOf(signature));
    }

    private static Denial ofRequest(ScanRefusal found) {
        return switch (found) {
            case ScanRefusal.Infected _ ->
                new Denial(
                        403,
                        VirusScanCode.VIRUS_FOUND,
                        "The body of the request contains malware",
                        DenialReason.POLICY_DENIED);
            case ScanRefusal.TooLarge() ->
                new Denial(
                        413,
                        VirusScanCode.REQUEST_TOO_LARGE,
                        "The body of the request is too large to be scanned for malware",
                        DenialReason.POLICY_DENIED);
            case ScanRefusal.Unopenable _ ->
                new Denial(
                        400,
                        VirusScanCode.BODY_NOT_SCANNABLE,
                        "The body of the request cannot be opened to scan it for malware",
                        DenialReason.INVALID_REQUEST);
            case ScanRefusal.TooSlow() ->
                new Denial(
                        408,
                        VirusScanCode.BODY_TOO_SLOW,
                        "The body of the request arrives too slowly to be scanned for malware",
                        DenialReason.POLICY_DENIED);
        };
    }

    private static Denial ofResponse(ScanRefusal found) {
        return switch (found) {
            case ScanRefusal.Infected _ ->
                new Denial(502, VirusScanCode.VIRUS_FOUND, "The response contains malware", DenialReason.POLICY_DENIED);
            case ScanRefusal.TooLarge() ->
                new Denial(
                        502,
                        VirusScanCode.RESPONSE_TOO_LARGE,
                        "The response is too large to be scanned for malware",
                        DenialReason.POLICY_DENIED);
            case ScanRefusal.Unopenable _ ->
                new Denial(
                        502,
                        VirusScanCode.BODY_NOT_SCANNABLE,
                        "The response cannot be opened to scan it for malware",
                        DenialReason.POLICY_DENIED);
            case ScanRefusal.TooSlow() ->
                new Denial(
                        502,
                        VirusScanCode.BODY_TOO_SLOW,
                        "The response arrives too slowly to be scanned for malware",
                        DenialReason.POLICY_DENIED);
        };
    }

    private static void tell(ScanRefusal found, Phase phase, Call call) {
        String reason = switch (found) {
            case ScanRefusal.Infected(String signature) -> "the scanner has found " + signature;
            case ScanRefusal.TooLarge() ->
                "it is too large to be scanned: it exceeds max_scan_bytes or the scanner's " + "own limit";
            case ScanRefusal.Unopenable(String why) -> why;
            case ScanRefusal.TooSlow() -> "it arrives too slowly to be scanned";
        };
        LOG.atWarn()
                .addKeyValue(LogFields.REQUEST_ID, call.requestId())
                .addKeyValue(LogFields.POLICY, NAME)
                .addKeyValue(LogFields.PHASE, phase.name().toLowerCase(Locale.ROOT))
                .addKeyValue(LogFields.REASON, reason)
                .log("refused a body because of its virus scan");
    }
}
