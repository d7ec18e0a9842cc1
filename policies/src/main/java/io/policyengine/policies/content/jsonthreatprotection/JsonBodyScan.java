package io.policyengine.policies.content.jsonthreatprotection;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.policies.content.shared.threats.BodyScan;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonLimits;
import io.policyengine.policies.format.multipart.MultipartFault;
import io.policyengine.policies.format.parts.Parts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scans one body as it arrives. A body that must be JSON is scanned strictly. Any other body is scanned leniently, both
 * as a whole and part by part if it is multipart or a form.
 */
final class JsonBodyScan extends BodyScan<JsonFault> {
    private final JsonLimits limits;
    private final JsonDenials denials;

    /**
     * Creates a scan of a body before its first byte.
     *
     * @param mustBeJson false if the body may be anything
     */
    JsonBodyScan(PolicyEnvironment env, JsonLimits limits, JsonDenials denials, HeaderMap headers, boolean mustBeJson) {
        super(
                env,
                mustBeJson ? new StrictJsonScan(limits) : new LenientJsonScan(limits),
                mustBeJson ? List.of() : Parts.scans(headers, () -> new LenientJsonScan(limits)));
        this.limits = limits;
        this.denials = denials;
    }

    @Override
    protected @Nullable ImmediateResponse denialOf(Step<JsonFault> step) {
        try {
            step.run();
            return null;
        } catch (JsonFault fault) {
            return denials.of(fault.kind());
        } catch (MultipartFault fault) {
            return denials.ofParts();
        }
    }

    @Override
    protected ImmediateResponse withoutMemory() {
        return denials.of(JsonFault.Kind.MEMBERS);
    }

    /**
     * Returns the bytes of heap that all scans of the body need. A part of the body may be scanned twice: with its
     * transfer encoding decoded, and undecoded.
     */
    @Override
    protected long heapBytes(long length) {
        return length + (1 + 2L * parts()) * limits.heapBytes(length);
    }
}
