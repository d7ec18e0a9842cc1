package io.policyengine.policies.content.jsonthreatprotection;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.JsonTypes;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.core.work.Work;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonLimits;
import io.policyengine.policies.format.json.JsonReader;
import io.policyengine.policies.format.multipart.MultipartFault;
import io.policyengine.policies.format.parts.PartScan;
import io.policyengine.policies.format.parts.Parts;
import io.policyengine.policies.format.replace.Replacements;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Scans one body as it arrives. A body that must be JSON is scanned strictly. Any other body is scanned leniently, both
 * as a whole and in each of its parts.
 */
final class JsonBodyScan {
    /** Bytes that are scanned between two checks of the stop signal. */
    private static final int STEP = 64 << 10;

    private final PolicyEnvironment env;
    private final JsonLimits limits;
    private final JsonDenials denials;
    /** The scan of a body that must be JSON; null for any other body. */
    private final @Nullable JsonReader<RuntimeException> strict;
    /** The scan of a body that need not be JSON, as a whole. */
    private final LenientJsonScan whole;

    private final List<PartScan<JsonFault>> parts;
    private boolean begun;

    JsonBodyScan(
            PolicyEnvironment env, JsonLimits limits, JsonDenials denials, boolean anyContentType, HeaderMap headers) {
        boolean mustBeJson = anyContentType || MediaTypes.of(headers).mayBe(JsonTypes::isJson);
        this.env = env;
        this.limits = limits;
        this.denials = denials;
        this.strict = mustBeJson ? JsonReader.judging(limits) : null;
        this.whole = new LenientJsonScan(limits);
        this.parts = mustBeJson ? List.of() : Parts.scans(headers, () -> new LenientJsonScan(limits));
    }

    /** Takes the next bytes. Returns a denial if the bytes have a fault or memory is lacking; otherwise empty. */
    Future<Optional<ImmediateResponse>> take(Call call, Buffer bytes, boolean last) {
        boolean passes = strict == null && whole.isOther() && parts.isEmpty();
        if (passes || (last && !begun && bytes.length() == 0)) {
            return Future.succeededFuture(Optional.empty());
        }
        begun |= bytes.length() > 0;
        if (bytes.length() > Replacements.LARGE) {
            return env.offLoop(
                            call,
                            Work.onBody(bytes.length(), heapBytes(bytes.length())),
                            stop -> Optional.ofNullable(scan(bytes.getBytes(), last, stop)))
                    .recover(failure -> failure instanceof TooMuchMemoryException
                            ? Future.succeededFuture(Optional.of(denials.of(JsonFault.Kind.MEMBERS)))
                            : Future.failedFuture(failure));
        }
        return Future.succeededFuture(Optional.ofNullable(scan(bytes.getBytes(), last, () -> false)));
    }

    /**
     * Returns the memory for a copy of the bytes and for all scans. Each part is scanned both undecoded and decoded.
     */
    private long heapBytes(long length) {
        return length + (1 + 2L * parts.size()) * limits.heapBytes(length);
    }

    private @Nullable ImmediateResponse scan(byte[] bytes, boolean last, StopSignal stop) {
        JsonReader<RuntimeException> scanner = strict;
        try {
            for (int at = 0; at < bytes.length; at += STEP) {
                stop.check();
                int end = Math.min(bytes.length, at + STEP);
                if (scanner == null) {
                    lenient(bytes, at, end);
                } else {
                    scanner.take(bytes, at, end);
                }
            }
            if (last) {
                end();
            }
            return null;
        } catch (JsonFault fault) {
            return denials.of(fault.kind());
        } catch (MultipartFault fault) {
            return denials.ofParts();
        }
    }

    private void end() throws JsonFault, MultipartFault {
        if (strict != null) {
            strict.end();
        }
        for (PartScan<JsonFault> part : parts) {
            part.end();
        }
    }

    /** Returns the estimated bytes of memory that the scans hold for later bytes. */
    long heldBytes() {
        long all = strict == null ? whole.heldBytes() : strict.heldBytes();
        for (PartScan<JsonFault> part : parts) {
            all += part.heldBytes();
        }
        return all;
    }

    private void lenient(byte[] bytes, int start, int end) throws JsonFault, MultipartFault {
        whole.take(bytes, start, end);
        for (PartScan<JsonFault> part : parts) {
            part.take(bytes, start, end);
        }
    }
}
