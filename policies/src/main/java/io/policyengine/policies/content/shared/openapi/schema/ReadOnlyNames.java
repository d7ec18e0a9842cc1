package io.policyengine.policies.content.shared.openapi.schema;

import io.policyengine.policies.content.shared.openapi.document.DocumentNode;
import io.policyengine.policies.content.shared.openapi.document.SpecFiles;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The names of an object's members that may occur only in requests or only in responses, including members from its
 * {@code allOf} schemas. Used for one document.
 */
final class ReadOnlyNames {
    private final SpecFiles files;
    private final Map<String, Set<String>> known = new HashMap<>();

    ReadOnlyNames(SpecFiles files) {
        this.files = files;
    }

    /** Returns the names of members that must not occur in messages of the given direction. */
    Set<String> of(DocumentNode schema, SchemaDirection direction) {
        Set<String> names = new HashSet<>();
        collect(schema, direction.excluded(), names, new HashSet<>());
        return names;
    }

    private void collect(DocumentNode schema, String keyword, Set<String> names, Set<String> seen) {
        DocumentNode at = files.follow(schema);
        if (!seen.add(at.file() + "#" + at.pointer())) {
            return;
        }
        names.addAll(known.computeIfAbsent(keyword + " " + at.file() + "#" + at.pointer(), _ -> own(at, keyword)));
        at.member("allOf").items().forEach(part -> collect(part, keyword, names, seen));
    }

    private Set<String> own(DocumentNode schema, String keyword) {
        Set<String> names = new HashSet<>();
        DocumentNode properties = schema.member("properties");
        for (String name : properties.node().propertyNames()) {
            DocumentNode property = properties.member(name);
            if (property.member(keyword).isTrue(false)
                    || files.follow(property).member(keyword).isTrue(false)) {
                names.add(name);
            }
        }
        return names;
    }
}
