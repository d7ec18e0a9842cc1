package io.policyengine.policies.content.shared.openapi;

import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.PathRules;
import io.policyengine.core.http.PercentCoding;
import io.policyengine.policies.content.shared.openapi.document.DocumentFault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The paths of a document as a tree of segments. If several paths match, they are compared at the first segment where
 * they differ: literal text takes precedence (OpenAPI 3.1.1 §4.8.8.2). A request's path that servers may read in
 * different ways matches nothing. A search takes at most one step for each segment in the document's paths.
 */
final class PathTree {
    /**
     * Faults of a path that are tolerated: another spelling of the same path, or a character that legitimate values
     * contain.
     */
    private static final Set<PathFault> HARMLESS = Set.of(
            PathFault.ENCODED_UNRESERVED,
            PathFault.ENCODED_DELIMITER,
            PathFault.NON_ASCII,
            PathFault.TRAILING_DOT,
            PathFault.PATH_PARAMETER);

    private final Node root;

    private PathTree(Node root) {
        this.root = root;
    }

    /**
     * Creates a tree of paths.
     *
     * @throws DocumentFault if two items match the same paths with the same method
     */
    static PathTree of(List<PathItem> items) {
        Map<String, PathItem> byRequests = new HashMap<>();
        Building root = new Building();
        for (PathItem item : items) {
            for (String method : item.operations().keySet()) {
                PathItem other =
                        byRequests.putIfAbsent(method + " " + item.template().key(), item);
                if (other != null) {
                    throw item.place()
                            .fault(method + " for the same paths as '"
                                    + other.template().text() + "': remove one of them");
                }
            }
            root.add(item, 0);
        }
        return new PathTree(root.build());
    }

    private record Child(PathTemplate.Segment segment, Node node) {}

    private record Node(List<Child> children, @Nullable PathItem item) {}

    private static final class Building {
        private final Map<String, Building> children = new LinkedHashMap<>();
        private final Map<String, PathTemplate.Segment> segments = new HashMap<>();
        private @Nullable PathItem item;

        void add(PathItem added, int depth) {
            List<PathTemplate.Segment> path = added.template().segments();
            if (depth == path.size()) {
                item = added;
                return;
            }
            PathTemplate.Segment segment = path.get(depth);
            // Names belong to the item: two templates may name the same segment differently.
            String key = segment.key() + segment.names();
            segments.putIfAbsent(key, segment);
            children.computeIfAbsent(key, _ -> new Building()).add(added, depth + 1);
        }

        Node build() {
            List<Child> built = new ArrayList<>();
            children.forEach((key, child) -> {
                PathTemplate.Segment segment = segments.get(key);
                if (segment != null) {
                    built.add(new Child(segment, child.build()));
                }
            });
            built.sort(Comparator.comparingInt(child -> child.segment().rank()));
            return new Node(List.copyOf(built), item);
        }
    }

    /**
     * A path of the document that matches a request's path.
     *
     * @param parts the undecoded values of the template's names
     */
    record Match(PathItem item, Map<String, String> parts) {}

    /**
     * Returns the first match that the predicate accepts; null if there is none.
     *
     * @param path octets, undecoded, without query
     */
    @Nullable
    Match find(String path, Predicate<Match> accepted) {
        if (!path.startsWith("/") || PathRules.STRICT.faultIn("GET", path, HARMLESS) != null) {
            return null;
        }
        String[] octets = path.substring(1).split("/", -1);
        String[] decoded = new String[octets.length];
        for (int i = 0; i < octets.length; i++) {
            String segment = PercentCoding.decode(octets[i], false);
            if (segment == null) {
                return null;
            }
            decoded[i] = segment;
        }
        return new Search(octets, decoded, accepted).at(root, 0, Map.of());
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Search(String[] octets, String[] decoded, Predicate<Match> accepted) {
        @Nullable
        Match at(Node node, int depth, Map<String, String> parts) {
            if (depth == octets.length) {
                Match match = node.item() == null ? null : new Match(node.item(), parts);
                return match != null && isUnambiguous(match) && accepted.test(match) ? match : null;
            }
            for (Child child : node.children()) {
                Map<String, String> more = new HashMap<>(parts);
                if (child.segment().matches(octets[depth], decoded[depth], more)) {
                    Match match = at(child.node(), depth + 1, more);
                    if (match != null) {
                        return match;
                    }
                }
            }
            return null;
        }

        /**
         * Returns false if a value other than a matrix parameter has a semicolon. Some servers drop the text after a
         * semicolon, and so read another path.
         */
        private static boolean isUnambiguous(Match match) {
            return match.parts().entrySet().stream()
                    .noneMatch(part ->
                            hasSemicolon(part.getValue()) && !match.item().isMatrix(part.getKey()));
        }

        private static boolean hasSemicolon(String octets) {
            return octets.indexOf(';') >= 0 || octets.contains("%3B") || octets.contains("%3b");
        }
    }
}
