package io.policyengine.policies.shared.template;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.shared.template.Template.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A template of a request target, or of a URI after its authority. Values are encoded according to their position, so
 * that they cannot add a segment or parameter, or change the host. In the path, the request's path is inserted as the
 * client spelled it, so that the upstream reads the same path.
 *
 * @param path up to the first literal question mark or number sign
 * @param rest the remainder
 */
public record TargetTemplate(Template path, Template rest) {

    /**
     * Creates a template of a target.
     *
     * @throws IllegalArgumentException if the template is not a valid target; the message names the remedy
     */
    public static TargetTemplate of(Template template) {
        List<Part> path = new ArrayList<>();
        List<Part> rest = new ArrayList<>();
        for (Part part : template.parts()) {
            if (part instanceof Part.Literal(String octets)) {
                requireLegal(octets);
                int end = rest.isEmpty() ? endOfPath(octets) : 0;
                addLiteral(path, octets.substring(0, end));
                addLiteral(rest, octets.substring(end));
            } else if (rest.isEmpty()) {
                path.add(part instanceof Part.RequestPath ? new Part.RequestRawPath() : part);
            } else {
                rest.add(part);
            }
        }
        requireNothingAfterTarget(path, rest);
        requirePath(path);
        return new TargetTemplate(new Template(List.copyOf(path)), new Template(List.copyOf(rest)));
    }

    /** Returns whether the template always begins with a path. */
    public boolean beginsWithPath() {
        return !path.parts().isEmpty();
    }

    public boolean hasFragment() {
        return rest.parts().stream()
                .anyMatch(part -> part instanceof Part.Literal(String octets) && octets.indexOf('#') >= 0);
    }

    /** Returns whether the template has no placeholders. */
    public boolean isConstant() {
        return path.isConstant() && rest.isConstant();
    }

    /** Returns whether the filled template may differ between two requests for the same target. */
    public boolean varies() {
        return Stream.of(path, rest)
                .flatMap(template -> template.parts().stream())
                .anyMatch(part -> switch (part) {
                    case Part.Literal _, Part.RequestPath _, Part.RequestRawPath _ -> false;
                    case Part.RequestHeader _, Part.RequestId _, Part.MetadataValue _ -> true;
                });
    }

    /**
     * Returns the filled template: octets of a legal target with a single slash at its beginning.
     *
     * @throws PolicyException if the request has no target, or a value would change the structure of the path
     */
    public String fill(RequestContext context) {
        return TargetEncoding.joined(path.fill(context, TargetTemplate::inPath))
                + rest.fill(context, (_, octets) -> TargetEncoding.component(octets));
    }

    private static String inPath(Part part, String octets) {
        return switch (part) {
            case Part.RequestRawPath _ -> TargetEncoding.resolved(octets);
            case Part.Literal _, Part.RequestPath _, Part.RequestHeader _, Part.RequestId _, Part.MetadataValue _ ->
                TargetEncoding.component(octets);
        };
    }

    private static void requireLegal(String octets) {
        if (!TargetEncoding.isLegal(octets)) {
            throw new IllegalArgumentException(
                    "a character that no URI may contain (RFC 3986): percent-encode it, such as %20 for a blank");
        }
    }

    private static void requireNothingAfterTarget(List<Part> path, List<Part> rest) {
        int target = path.indexOf(new Part.RequestRawPath());
        boolean queryFollows =
                !rest.isEmpty() && rest.getFirst() instanceof Part.Literal(String octets) && octets.charAt(0) == '?';
        if (target >= 0 && (target < path.size() - 1 || queryFollows)) {
            throw new IllegalArgumentException("only a fragment may follow ${request.path}, which includes the query");
        }
    }

    private static void requirePath(List<Part> path) {
        boolean begins = path.isEmpty()
                || path.getFirst() instanceof Part.RequestRawPath
                || (path.getFirst() instanceof Part.Literal(String octets) && octets.charAt(0) == '/');
        if (!begins) {
            throw new IllegalArgumentException("a path begins with / or ${request.path}");
        }
        String written = path.stream()
                .map(part -> part instanceof Part.Literal(String octets) ? octets : "x")
                .collect(Collectors.joining());
        if (TargetEncoding.hasDotSegment(written)) {
            throw new IllegalArgumentException("expected a path without the segments . and ..");
        }
    }

    private static int endOfPath(String octets) {
        for (int i = 0; i < octets.length(); i++) {
            if (octets.charAt(i) == '?' || octets.charAt(i) == '#') {
                return i;
            }
        }
        return octets.length();
    }

    private static void addLiteral(List<Part> parts, String octets) {
        if (!octets.isEmpty()) {
            parts.add(new Part.Literal(octets));
        }
    }
}
