package io.policyengine.policies.content.shared.openapi.value;

import io.policyengine.core.http.PercentCoding;
import io.policyengine.policies.content.shared.openapi.value.Reading.Malformed;
import java.util.List;

/** Reads an undecoded part of a path as the value of a parameter. */
public final class PathText {
    private static final StyledText.Decoder DECODER = octets -> PercentCoding.decode(octets, false);

    private PathText() {}

    public static Reading read(String octets, Parameter parameter) {
        return switch (parameter.style()) {
            case LABEL -> label(octets, parameter);
            case MATRIX -> matrix(octets, parameter);
            case SIMPLE, FORM, SPACE_DELIMITED, PIPE_DELIMITED, DEEP_OBJECT -> simple(octets, parameter);
        };
    }

    private static Reading simple(String octets, Parameter parameter) {
        SchemaTypes shape = parameter.shape();
        return parameter.explode() && shape.isObject()
                ? StyledText.assignments(StyledText.split(octets, ","), shape, DECODER)
                : StyledText.read(octets, shape, ",", DECODER);
    }

    private static Reading label(String octets, Parameter parameter) {
        if (!octets.startsWith(".")) {
            return new Malformed("must begin with a dot");
        }
        SchemaTypes shape = parameter.shape();
        String rest = octets.substring(1);
        if (!parameter.explode()) {
            return StyledText.read(rest, shape, ",", DECODER);
        }
        return shape.isObject()
                ? StyledText.assignments(StyledText.split(rest, "."), shape, DECODER)
                : StyledText.read(rest, shape, ".", DECODER);
    }

    private static Reading matrix(String octets, Parameter parameter) {
        SchemaTypes shape = parameter.shape();
        if (!octets.startsWith(";")) {
            return new Malformed("must begin with a semicolon");
        }
        if (parameter.explode() && shape.isObject()) {
            return StyledText.assignments(StyledText.split(octets.substring(1), ";"), shape, DECODER);
        }
        String prefix = ";" + parameter.name() + "=";
        if (!octets.startsWith(prefix)) {
            return new Malformed("must begin with '" + prefix + "'");
        }
        if (parameter.explode() && shape.isArray()) {
            List<String> parts = StyledText.split(octets.substring(1), ";");
            if (!parts.stream().allMatch(part -> part.startsWith(prefix.substring(1)))) {
                return new Malformed("must repeat its name before each item");
            }
            return StyledText.list(
                    parts.stream()
                            .map(part -> part.substring(prefix.length() - 1))
                            .toList(),
                    shape,
                    DECODER);
        }
        return StyledText.read(octets.substring(prefix.length()), shape, ",", DECODER);
    }
}
