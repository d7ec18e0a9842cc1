package io.policyengine.policies.content.jsonthreatprotection;

import io.policyengine.policies.format.json.JsonBeginning;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonLimits;
import io.policyengine.policies.format.json.JsonReader;
import io.policyengine.policies.format.parts.OctetScan;
import io.policyengine.policies.format.utf8.Utf8Text;
import org.jspecify.annotations.Nullable;

/**
 * Scans bytes that need not be JSON. Bytes that begin like an object or array, in UTF-8, UTF-16 or UTF-32, are scanned
 * until every common JSON parser would reject them. Only an exceeded limit is a fault.
 */
final class LenientJsonScan implements OctetScan<JsonFault> {
    private final JsonLimits limits;
    private final Utf8Text text = new Utf8Text();
    private final JsonBeginning beginning = new JsonBeginning();
    private @Nullable JsonReader<RuntimeException> scanner;
    private boolean isOther;

    LenientJsonScan(JsonLimits limits) {
        this.limits = limits;
    }

    @Override
    public boolean isOther() {
        return isOther;
    }

    @Override
    public void take(byte[] bytes, int start, int end) throws JsonFault {
        if (isOther) {
            return;
        }
        byte[] more = text.take(bytes, start, end);
        JsonReader<RuntimeException> begun = scanner;
        int from = begun == null ? beginning.in(more) : 0;
        if (from < 0) {
            isOther = beginning.isOther();
            return;
        }
        if (begun == null) {
            begun = JsonReader.judgingLeniently(limits);
            scanner = begun;
        }
        try {
            begun.take(more, from, more.length);
        } catch (JsonFault fault) {
            if (fault.kind() != JsonFault.Kind.MALFORMED) {
                throw fault;
            }
            isOther = true;
            scanner = null;
        }
    }

    @Override
    public long heldBytes() {
        return scanner == null ? 0 : scanner.heldBytes();
    }
}
