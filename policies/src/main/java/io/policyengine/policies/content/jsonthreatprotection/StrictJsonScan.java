package io.policyengine.policies.content.jsonthreatprotection;

import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonLimits;
import io.policyengine.policies.format.json.JsonReader;
import io.policyengine.policies.format.parts.OctetScan;

/** Scans a body that must be JSON. */
final class StrictJsonScan implements OctetScan<JsonFault> {
    private final JsonReader<RuntimeException> reader;

    StrictJsonScan(JsonLimits limits) {
        this.reader = JsonReader.judging(limits);
    }

    @Override
    public void take(byte[] bytes, int start, int end) throws JsonFault {
        reader.take(bytes, start, end);
    }

    @Override
    public void end() throws JsonFault {
        reader.end();
    }

    @Override
    public long heldBytes() {
        return reader.heldBytes();
    }
}
