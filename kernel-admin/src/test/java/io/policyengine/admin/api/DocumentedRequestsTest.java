package io.policyengine.admin.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.QueryStringEncoder;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.testkit.time.Await;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The methods and queries that the OpenAPI document declares, and the answers to all others. */
class DocumentedRequestsTest extends ManagedKernel {
    private static final Map<String, String> IN_PATHS =
            Map.of("{name}", "%2Ffirst", "{kind}", "route", "{id}", "1", "{request}", "none", "{component}", "kernel");
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "BREW");

    @Test
    void everyKnownPathNamesItsMethodsToAnyOther() {
        kernel.start(WORKERS, FIRST);
        List<String> wrong = new ArrayList<>();
        Map<String, Set<String>> paths = documented();
        for (String path :
                List.of("/metrics", "/health/startup", "/health/live", "/health/ready", "/ui/", "/ui/app.js")) {
            paths.put(path, Set.of("GET", "HEAD"));
        }
        paths.put("/", Set.of("GET"));

        paths.forEach((path, allowed) -> {
            for (String method : METHODS) {
                if (!allowed.contains(method)) {
                    HttpClientResponse response = send(method, path);
                    String named = response.getHeader("allow");
                    if (response.statusCode() != 405
                            || named == null
                            || !Set.of(named.split(", ")).equals(allowed)) {
                        wrong.add(method + " " + path + ": " + response.statusCode() + ", Allow: " + named);
                    }
                }
            }
        });

        assertThat(wrong).isEmpty();
        assertThat(paths).hasSizeGreaterThan(25);
        assertThat(send("BREW", "/nothing").statusCode()).isEqualTo(404);
    }

    private Map<String, Set<String>> documented() {
        return document()
                .path("paths")
                .propertyStream()
                .collect(Collectors.toMap(
                        path -> filled(path.getKey()),
                        path -> path.getValue()
                                .propertyStream()
                                .map(operation -> operation.getKey().toUpperCase(Locale.ROOT))
                                .collect(Collectors.toCollection(TreeSet::new))));
    }

    private JsonNode document() {
        return call(HttpMethod.GET, "/openapi.json").body();
    }

    private static String filled(String path) {
        String filled = path;
        for (Map.Entry<String, String> one : IN_PATHS.entrySet()) {
            filled = filled.replace(one.getKey(), one.getValue());
        }
        return filled;
    }

    private HttpClientResponse send(String method, String path) {
        return Await.result(kernel.client()
                .request(new RequestOptions()
                        .setMethod(HttpMethod.valueOf(method))
                        .setHost("127.0.0.1")
                        .setPort(kernel.adminPort())
                        .setURI(path)
                        .putHeader("authorization", "Bearer " + KernelHarness.TOKEN))
                .compose(request ->
                        request.send().compose(response -> response.body().map(response))));
    }

    @Test
    void aValueOfAQueryParameterPassesIfItsSchemaPermitsIt() {
        kernel.start(WORKERS, FIRST);
        List<String> wrong = new ArrayList<>();
        int[] tried = {0};

        document().path("paths").propertyStream().forEach(path -> {
            JsonNode parameters = path.getValue().at("/get/parameters");
            for (JsonNode parameter : parameters) {
                if (parameter.path("in").asString().equals("query")) {
                    JsonNode schema = parameter.path("schema");
                    String name = parameter.path("name").asString();
                    for (String value : good(schema)) {
                        tried[0]++;
                        expectAccepted(query(filled(path.getKey()), parameters, name, value), wrong);
                    }
                    for (String value : bad(schema)) {
                        expect(400, query(filled(path.getKey()), parameters, name, value), wrong);
                    }
                    if (parameter.path("required").asBoolean(false)) {
                        expect(400, query(filled(path.getKey()), parameters, name, null), wrong);
                    }
                }
            }
        });

        assertThat(wrong).isEmpty();
        assertThat(tried[0]).isGreaterThan(30);
    }

    /** Expects an answer, or that the operation finds no such thing. */
    private void expectAccepted(String uri, List<String> wrong) {
        int got = send("GET", uri).statusCode();
        if (got != 200 && got != 404) {
            wrong.add(uri + ": " + got + " instead of 200 or 404");
        }
    }

    private void expect(int status, String uri, List<String> wrong) {
        int got = send("GET", uri).statusCode();
        if (got != status) {
            wrong.add(uri + ": " + got + " instead of " + status);
        }
    }

    /** The path with one value of a parameter, and some value of all others that are required. */
    private static String query(String path, JsonNode parameters, String name, @Nullable String value) {
        QueryStringEncoder query = new QueryStringEncoder(path);
        for (JsonNode other : parameters) {
            String of = other.path("name").asString();
            if (!of.equals(name)
                    && other.path("in").asString().equals("query")
                    && other.path("required").asBoolean(false)) {
                query.addParam(of, "x");
            }
        }
        if (value != null) {
            query.addParam(name, value);
        }
        return query.toString();
    }

    /** Values at the limits of a schema. Those of a pattern are left to the tests of the operation. */
    private static List<String> good(JsonNode schema) {
        if (schema.has("enum")) {
            return schema.path("enum").valueStream().map(JsonNode::asString).toList();
        }
        if (schema.has("minimum")) {
            return List.of(
                    schema.path("minimum").asString(), schema.path("maximum").asString());
        }
        if (schema.has("maxLength")) {
            int min = schema.path("minLength").asInt();
            return List.of("é".repeat(min), "x".repeat(schema.path("maxLength").asInt()), "a b&c=d%");
        }
        return List.of();
    }

    private static List<String> bad(JsonNode schema) {
        if (schema.has("enum")) {
            return List.of("", "none of them", schema.at("/enum/0").asString().toUpperCase(Locale.ROOT));
        }
        if (schema.has("minimum")) {
            return List.of(
                    "",
                    "many",
                    "1.5",
                    String.valueOf(schema.path("minimum").asLong() - 1),
                    String.valueOf(schema.path("maximum").asLong() + 1),
                    "99999999999999999999");
        }
        if (schema.has("maxLength")) {
            String tooLong = "x".repeat(schema.path("maxLength").asInt() + 1);
            return schema.path("minLength").asInt() == 0
                    ? List.of(tooLong, "a\nb", "\u202e")
                    : List.of("", tooLong, "a\nb", "\u202e");
        }
        return List.of("\u0000");
    }
}
