package io.policyengine.policies.content.jsonthreatprotection;

import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonLimits;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The responses to requests with refused JSON. Each reason has its own code. */
final class JsonDenials {
    static final Denial RESPONSE = new Denial(
            502,
            JsonThreatCode.INVALID_RESPONSE,
            "The JSON of the response is malformed or too complex",
            DenialReason.POLICY_DENIED);

    private final JsonLimits limits;
    private final Map<JsonFault.Kind, ImmediateResponse> answers = new EnumMap<>(JsonFault.Kind.class);
    private final ImmediateResponse ofParts;

    JsonDenials(JsonLimits limits, DenialFormat format) {
        this.limits = limits;
        for (JsonFault.Kind kind : JsonFault.Kind.values()) {
            answers.put(kind, denial(kind).response(format));
        }
        this.ofParts = refused(
                        400,
                        JsonThreatCode.INVALID_MULTIPART,
                        "Servers may read the multipart body of the request differently")
                .response(format);
    }

    ImmediateResponse of(JsonFault.Kind kind) {
        return Objects.requireNonNull(answers.get(kind));
    }

    /** Returns the denial of a multipart body that servers may split differently. */
    ImmediateResponse ofParts() {
        return ofParts;
    }

    private Denial denial(JsonFault.Kind kind) {
        return switch (kind) {
            case MALFORMED -> refused(400, JsonThreatCode.INVALID_JSON, "The body of the request is not JSON in UTF-8");
            case DEPTH ->
                refused(400, JsonThreatCode.JSON_TOO_DEEP, "The JSON nests deeper than " + limits.depth() + " levels");
            case MEMBERS ->
                refused(
                        400,
                        JsonThreatCode.JSON_TOO_MANY_MEMBERS,
                        "An object of the JSON has more than " + limits.members() + " members");
            case ELEMENTS ->
                refused(
                        400,
                        JsonThreatCode.JSON_TOO_MANY_ELEMENTS,
                        "An array of the JSON has more than " + limits.elements() + " elements");
            case STRING ->
                refused(
                        413,
                        JsonThreatCode.JSON_STRING_TOO_LONG,
                        "A string of the JSON has more than " + limits.stringBytes() + " bytes");
            case NAME ->
                refused(
                        413,
                        JsonThreatCode.JSON_NAME_TOO_LONG,
                        "A name of the JSON has more than " + limits.nameBytes() + " bytes");
            case NUMBER ->
                refused(
                        400,
                        JsonThreatCode.JSON_NUMBER_TOO_LONG,
                        "A number of the JSON has more than " + limits.numberDigits() + " digits");
            case DUPLICATE ->
                refused(400, JsonThreatCode.JSON_DUPLICATE_NAME, "A name occurs twice in an object of the JSON");
        };
    }

    private static Denial refused(int status, DenialCode code, String message) {
        return new Denial(status, code, message, DenialReason.INVALID_REQUEST);
    }
}
