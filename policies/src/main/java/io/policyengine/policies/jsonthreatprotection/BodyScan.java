package io.policyengine.policies.jsonthreatprotection;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.work.Stop;
import io.policyengine.core.work.Work;
import io.policyengine.policies.json.JsonFault;
import io.policyengine.policies.json.JsonLimits;
import io.policyengine.policies.json.JsonScanner;
import io.policyengine.policies.json.JsonTypes;
import io.policyengine.policies.replace.Replacements;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The scan of one body, as it comes. One that need not be JSON is scanned if it begins like an object or an array, for as long as it may be
 * one: only what would be read as JSON, and is beyond a limit, is refused.
 */
final class BodyScan {
    /** Between two questions whether to go on. */
    private static final int STEP = 64 << 10;

    /** Bytes of the heap for each byte: the digests of names. */
    private static final int PER_BYTE = 8;

    /** The byte order mark in UTF-8, which many readers of JSON skip (RFC 8259 §8.1). */
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final PolicyEnvironment env;
    private final boolean mustBeJson;
    private final JsonScanner scanner;
    private boolean begun;
    private boolean passes;
    /** The bytes of a byte order mark that have come; its length, too, where there is none. */
    private int marked;

    /**
     * A scan before the first byte.
     *
     * @param headers of the message
     */
    BodyScan(PolicyEnvironment env, JsonLimits limits, boolean anyContentType, HeaderMap headers) {
        this.env = env;
        this.scanner = new JsonScanner(limits);
        this.mustBeJson = anyContentType || MediaTypes.of(headers).mayBe(JsonTypes::isJson);
    }

    /** Takes the next bytes; gives the fault that they show, if any. */
    Future<Optional<JsonFault.Kind>> take(Call call, Buffer bytes, boolean last) {
        if (passes || (last && !begun && bytes.length() == 0)) {
            return Future.succeededFuture(Optional.empty());
        }
        if (bytes.length() > Replacements.LARGE) {
            return env.offLoop(
                    call,
                    Work.onBody(bytes.length(), (long) PER_BYTE * bytes.length()),
                    stop -> Optional.ofNullable(scan(bytes.getBytes(), last, stop)));
        }
        return Future.succeededFuture(Optional.ofNullable(scan(bytes.getBytes(), last, () -> false)));
    }

    private JsonFault.@Nullable Kind scan(byte[] bytes, boolean last, Stop stop) {
        int from = mustBeJson || begun ? 0 : beginningIn(bytes);
        if (from < 0) {
            return null;
        }
        begun |= bytes.length > 0;
        try {
            for (int at = from; at < bytes.length; at += STEP) {
                stop.check();
                scanner.take(bytes, at, Math.min(bytes.length, at + STEP));
            }
            if (last) {
                scanner.end();
            }
            return null;
        } catch (JsonFault fault) {
            passes = !mustBeJson && fault.kind() == JsonFault.Kind.MALFORMED;
            return passes ? null : fault.kind();
        }
    }

    /** The place of the brace or bracket that begins it, behind a mark and blanks; negative while they are all that has come, or if it begins otherwise. */
    private int beginningIn(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            byte octet = bytes[i];
            if (marked < MARK.length && octet == MARK[marked]) {
                marked++;
                continue;
            }
            boolean isBroken = marked > 0 && marked < MARK.length;
            marked = MARK.length;
            if (!isBroken && (octet == '{' || octet == '[')) {
                return i;
            }
            if (isBroken || (octet != ' ' && octet != '\t' && octet != '\r' && octet != '\n')) {
                passes = true;
                return -1;
            }
        }
        return -1;
    }
}
