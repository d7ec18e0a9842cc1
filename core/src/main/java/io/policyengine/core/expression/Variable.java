package io.policyengine.core.expression;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RoleList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A variable of expressions. A dot in its name does not select a member of an object: each dotted name is a separate
 * variable. Therefore each has its own type, and an unknown name is found when the expression is compiled.
 * @param inRequests true if it is available in both phases, false if only in the response phase
 */
record Variable(String name, CelType type, boolean inRequests, Function<ExpressionValues, Object> reader) {
    private static final CelType TEXTS = ListType.create(SimpleType.STRING);
    private static final CelType TEXT_BY_NAME = MapType.create(SimpleType.STRING, SimpleType.STRING);
    private static final CelType TEXTS_BY_NAME = MapType.create(SimpleType.STRING, TEXTS);
    private static final CelType ANY_BY_NAME = MapType.create(SimpleType.STRING, SimpleType.DYN);

    private static final CelType FIELDS_BY_NAMESPACE = MapType.create(SimpleType.STRING, ANY_BY_NAME);

    /**
     * The name of the variable with the metadata of Envoy's filters: a map of fields by namespace. An expression must
     * name the namespace literally.
     */
    static final String ENVOY_METADATA = "envoy.metadata";

    private static final Map<String, Variable> ALL = all();

    static @Nullable Variable named(String name) {
        return ALL.get(name);
    }

    static List<Variable> in(Phase phase) {
        return ALL.values().stream()
                .filter(variable -> variable.inRequests || phase == Phase.RESPONSE)
                .toList();
    }

    /** Returns the variable's value; never null. */
    Object read(ExpressionValues seen) {
        return reader.apply(seen);
    }

    private static Map<String, Variable> all() {
        List<Variable> all = new ArrayList<>();
        addRequest(all, "request", true, ExpressionValues::request);
        addRequest(all, "original_request", false, ExpressionValues::original);
        all.add(new Variable("response.status", SimpleType.INT, false, seen -> {
            ResponseView response = seen.response();
            return response == null ? 0L : (long) response.status();
        }));
        addFields(all, "response", false, seen -> {
            ResponseView response = seen.response();
            return response == null ? HeaderMap.empty() : response.headers();
        });
        addIdentity(all);
        all.add(new Variable("metadata", ANY_BY_NAME, true, seen -> new MetadataMap(seen.metadata())));
        all.add(new Variable(ENVOY_METADATA, FIELDS_BY_NAMESPACE, true, seen -> new NamespaceMap(seen.envoy())));
        Map<String, Variable> byName = new LinkedHashMap<>();
        all.forEach(variable -> byName.put(variable.name(), variable));
        return byName;
    }

    private static void addRequest(
            List<Variable> all, String prefix, boolean inRequests, Function<ExpressionValues, RequestView> of) {
        addText(all, prefix + ".method", inRequests, of.andThen(RequestView::method));
        addText(all, prefix + ".scheme", inRequests, of.andThen(RequestView::scheme));
        addText(all, prefix + ".authority", inRequests, of.andThen(RequestView::authority));
        addText(all, prefix + ".path", inRequests, of.andThen(request -> QueryString.pathOf(request.path())));
        addText(all, prefix + ".raw_path", inRequests, of.andThen(request -> QueryString.pathOf(request.rawPath())));
        addText(all, prefix + ".query", inRequests, of.andThen(request -> QueryString.queryOf(request.rawPath())));
        all.add(new Variable(
                prefix + ".query_params",
                TEXT_BY_NAME,
                inRequests,
                of.andThen(request -> new QueryMap(request.rawPath()))));
        addFields(all, prefix, inRequests, of.andThen(RequestView::headers));
        addText(all, prefix + ".client_address", inRequests, of.andThen(RequestView::clientAddress));
        all.add(new Variable(prefix + ".attributes", TEXT_BY_NAME, inRequests, of.andThen(RequestView::attributes)));
    }

    private static void addText(
            List<Variable> all, String name, boolean inRequests, Function<ExpressionValues, String> octets) {
        all.add(new Variable(name, SimpleType.STRING, inRequests, octets.andThen(Octets::toText)));
    }

    private static void addFields(
            List<Variable> all, String prefix, boolean inRequests, Function<ExpressionValues, HeaderMap> of) {
        all.add(new Variable(prefix + ".headers", TEXT_BY_NAME, inRequests, of.andThen(FieldsMap::first)));
        all.add(new Variable(prefix + ".header_values", TEXTS_BY_NAME, inRequests, of.andThen(FieldsMap::every)));
    }

    private static void addIdentity(List<Variable> all) {
        all.add(new Variable(Identity.ID, SimpleType.STRING, true, seen -> textOf(seen.metadata(), Identity.ID)));
        all.add(new Variable(
                Identity.ISSUER, SimpleType.STRING, true, seen -> textOf(seen.metadata(), Identity.ISSUER)));
        all.add(new Variable(
                Identity.METHOD, SimpleType.STRING, true, seen -> textOf(seen.metadata(), Identity.METHOD)));
        all.add(new Variable(Identity.ROLES, TEXTS, true, seen -> listOf(seen.metadata(), Identity.ROLES)));
        all.add(new Variable(Identity.SCOPES, TEXTS, true, seen -> listOf(seen.metadata(), Identity.SCOPES)));
        all.add(new Variable(Identity.CLAIMS, ANY_BY_NAME, true, seen -> {
            JsonNode claims = seen.metadata().get(Identity.CLAIMS);
            return claims == null ? Map.of() : JsonValues.map(claims);
        }));
    }

    private static String textOf(Metadata metadata, String key) {
        String text = metadata.text(key);
        return text == null ? "" : text;
    }

    /**
     * Returns the list, or CEL's null if the list is unreadable. An expression that uses the list then has no value.
     */
    private static Object listOf(Metadata metadata, String key) {
        List<String> list = RoleList.of(metadata.get(key));
        return list == null ? NullValue.NULL_VALUE : list;
    }

    private static final class MetadataMap extends LazyMap {
        private final Metadata metadata;

        MetadataMap(Metadata metadata) {
            this.metadata = metadata;
        }

        @Override
        @Nullable
        Object find(String key) {
            JsonNode value = metadata.get(key);
            return value == null ? null : JsonValues.of(value);
        }

        @Override
        Map<String, Object> readAll() {
            Map<String, Object> all = new LinkedHashMap<>();
            metadata.values().forEach((key, value) -> all.put(key, JsonValues.of(value)));
            return all;
        }
    }

    /** The fields of Envoy's metadata, by namespace. */
    private static final class NamespaceMap extends LazyMap {
        private final EnvoyMetadata metadata;

        NamespaceMap(EnvoyMetadata metadata) {
            this.metadata = metadata;
        }

        @Override
        @Nullable
        Object find(String key) {
            return metadata.has(key) ? metadata.fields(key) : null;
        }

        @Override
        Map<String, Object> readAll() {
            Map<String, Object> all = new LinkedHashMap<>();
            metadata.namespaces().forEach(namespace -> all.put(namespace, metadata.fields(namespace)));
            return all;
        }
    }

    /** The first decoded value of each query parameter, by name. */
    private static final class QueryMap extends LazyMap {
        private final String target;

        QueryMap(String target) {
            this.target = target;
        }

        @Override
        @Nullable
        Object find(String key) {
            return QueryString.get(target, key);
        }

        @Override
        Map<String, Object> readAll() {
            return new LinkedHashMap<>(QueryString.firstByName(target));
        }
    }
}
