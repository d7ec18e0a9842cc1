package io.policyengine.policies.shared.template;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.params.NearestKey;
import io.policyengine.core.policy.Identity;
import java.util.List;
import java.util.Set;

/** The names of template placeholders. */
final class TemplateNames {
    private static final String HEADER = "request.header.";
    private static final String METADATA = "metadata.";
    private static final String PATH = "request.path";
    private static final String RAW_PATH = "request.raw_path";
    private static final String ID = "request.id";
    private static final List<String> KNOWN =
            List.of(HEADER + "NAME", PATH, RAW_PATH, ID, Identity.ID, METADATA + "KEY");

    private static final Set<String> FIXED_ENDS = Set.of("path", "raw_path", "id");

    private TemplateNames() {}

    static Template.Part part(String name) {
        if (name.startsWith(HEADER)) {
            String header = name.substring(HEADER.length());
            if (!FieldRules.isToken(header)) {
                throw new IllegalArgumentException(
                        "${" + name + "} does not name a header: expected a token of RFC " + "9110");
            }
            return new Template.Part.RequestHeader(header);
        }
        if (name.startsWith(METADATA) && name.length() > METADATA.length()) {
            return new Template.Part.MetadataValue(name.substring(METADATA.length()));
        }
        return switch (name) {
            case PATH -> new Template.Part.RequestPath();
            case RAW_PATH -> new Template.Part.RequestRawPath();
            case ID -> new Template.Part.RequestId();
            case Identity.ID -> new Template.Part.MetadataValue(Identity.ID);
            default -> throw new IllegalArgumentException("unknown ${" + name + "}" + hint(name));
        };
    }

    /**
     * Returns a hint that suggests a similar known name. Header names and metadata keys are not suggested, since they
     * are arbitrary.
     */
    private static String hint(String name) {
        int first = name.indexOf('.');
        int second = name.indexOf('.', first + 1);
        if (first >= 0 && second >= 0) {
            return NearestKey.hint(name.substring(0, second) + ".NAME", KNOWN);
        }
        boolean fixed = first < 0
                || name.startsWith("request.")
                || name.startsWith("identity.")
                || FIXED_ENDS.contains(name.substring(first + 1));
        return NearestKey.hint(fixed ? name : name.substring(0, first) + ".KEY", KNOWN);
    }
}
