package io.policyengine.policies.content.shared.openapi.value;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.PercentCoding;
import java.util.ArrayList;
import java.util.List;

/** Reads header fields as the value of a parameter, in style {@code simple} and without percent-encoding. */
public final class HeaderText {
    private HeaderText() {}

    /** Reads the value of a parameter from header fields. */
    public static Reading read(HeaderMap headers, Parameter parameter) {
        List<String> fields = headers.getAll(parameter.name());
        if (fields.isEmpty()) {
            return Reading.ABSENT;
        }
        SchemaTypes shape = parameter.shape();
        boolean isList = shape.isArray() || shape.isObject();
        if (fields.size() > 1 && (!isList || parameter.isJson())) {
            return StyledText.TWICE;
        }
        if (parameter.isJson()) {
            String text = PercentCoding.utf8(fields.getFirst());
            return text == null ? StyledText.BAD_ENCODING : JsonParameter.read(text);
        }
        String joined = String.join(",", fields).strip();
        if (!isList) {
            return StyledText.single(joined, shape, PercentCoding::utf8);
        }
        String listed = String.join(",", stripped(joined));
        return parameter.explode() && shape.isObject()
                ? StyledText.assignments(StyledText.split(listed, ","), shape, PercentCoding::utf8)
                : StyledText.read(listed, shape, ",", PercentCoding::utf8);
    }

    /** Splits a list at its commas, without the white space around them (RFC 9110 §5.6.1). */
    private static List<String> stripped(String list) {
        List<String> items = new ArrayList<>();
        for (String item : StyledText.split(list, ",")) {
            items.add(item.strip());
        }
        return items;
    }
}
