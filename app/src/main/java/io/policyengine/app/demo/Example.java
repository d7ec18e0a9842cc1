package io.policyengine.app.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.demo.Expectation.Asked;
import io.policyengine.app.demo.Expectation.Header;
import io.policyengine.app.demo.Expectation.Side;
import io.policyengine.app.demo.Expectation.Streamed;
import io.policyengine.app.demo.Expectation.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The content of a file demo.yaml of an example in conf/examples.
 *
 * @param needs servers that the demo starts for the example
 * @param programs that the example needs in addition to the engine
 * @param upstream responses of the demo's upstream
 * @param requests in order
 * @param audit the expected audit trail
 */
record Example(
        @Nullable Set<Need> needs,
        @Nullable List<Program> programs,
        @Nullable List<UpstreamAnswer> upstream,
        @JsonProperty(required = true) List<Request> requests,
        @Nullable Trail audit) {
    private static final String FOLDER = "examples";
    private static final String FILE = "demo.yaml";
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /**
     * A request that the demo's client sends.
     *
     * @param title its purpose, for users
     * @param method GET by default
     * @param times number of times it is sent, one by default; only the last outcome is checked
     */
    record Request(
            @JsonProperty(required = true) String title,
            @Nullable String method,
            @JsonProperty(required = true) String path,
            @Nullable Map<String, String> headers,
            @Nullable String body,
            @Nullable Integer times,
            @JsonProperty(required = true) Expected expect) {
        Visit visit() {
            return new Visit(
                    title,
                    method == null ? "GET" : method,
                    path,
                    headers == null ? Map.of() : headers,
                    body,
                    times == null ? 1 : times,
                    new Visit.Check(expect.status(), expect.decidedBy(), expect.all()));
        }
    }

    /**
     * The expected outcome of a request.
     *
     * @param decidedBy the chain entry that answers, {@code kernel}, or {@code upstream}
     * @param headers prefixes of response fields; null: the field is absent
     * @param body texts that the response's body contains
     * @param bodyLacks texts that the response's body does not contain
     * @param streamed true if the client gets the first line before the upstream sends the last one
     * @param upstreamAsked true if the request reaches the upstream, false if not
     * @param upstreamHeaders prefixes of request fields at the upstream; null: the field is absent
     * @param upstreamBody texts that the request's body contains at the upstream
     * @param upstreamBodyLacks texts that the request's body does not contain at the upstream
     */
    record Expected(
            @JsonProperty(required = true) int status,
            @Nullable String decidedBy,
            @Nullable Map<String, @Nullable String> headers,
            @Nullable List<String> body,
            @Nullable List<String> bodyLacks,
            boolean streamed,
            @Nullable Boolean upstreamAsked,
            @Nullable Map<String, @Nullable String> upstreamHeaders,
            @Nullable List<String> upstreamBody,
            @Nullable List<String> upstreamBodyLacks) {

        private List<Expectation> all() {
            List<Expectation> all = new ArrayList<>();
            if (upstreamAsked != null) {
                all.add(new Asked(upstreamAsked));
            }
            addHeaders(all, Side.UPSTREAM, upstreamHeaders);
            addTexts(all, Side.UPSTREAM, upstreamBody, true);
            addTexts(all, Side.UPSTREAM, upstreamBodyLacks, false);
            if (streamed) {
                all.add(new Streamed());
            }
            addHeaders(all, Side.CLIENT, headers);
            addTexts(all, Side.CLIENT, body, true);
            addTexts(all, Side.CLIENT, bodyLacks, false);
            return all;
        }

        private static void addHeaders(
                List<Expectation> to, Side side, @Nullable Map<String, @Nullable String> headers) {
            if (headers != null) {
                headers.forEach((name, value) -> to.add(new Header(side, name, value)));
            }
        }

        private static void addTexts(List<Expectation> to, Side side, @Nullable List<String> texts, boolean isThere) {
            if (texts != null) {
                texts.forEach(text -> to.add(new Text(side, text, isThere)));
            }
        }
    }

    /** Returns the scene of an example. Reads it from the clone {@code home} or, if that is null, from the jar. */
    static Scene sceneBlocking(@Nullable Path home, String name) {
        try {
            return ExampleConf.useBlocking(home, conf -> read(conf.resolve(FOLDER), name));
        } catch (IOException e) {
            throw CommandFailure.failed("the example cannot be read: " + e.getMessage());
        }
    }

    private static Scene read(Path examples, String name) throws IOException {
        Map<String, Path> files = files(examples);
        Path file = files.get(name);
        if (file == null) {
            throw CommandFailure.usage(
                    "there is no example '" + name + "'; there are: " + String.join(", ", files.keySet()));
        }
        try {
            Example example = YAML.readValue(Files.readString(file), Example.class);
            return new Scene(
                    FOLDER + "/" + name,
                    Map.of(),
                    example.needs == null ? Set.of() : example.needs,
                    example.programs == null ? List.of() : example.programs,
                    example.upstream == null ? List.of() : example.upstream,
                    example.requests.stream().map(Request::visit).toList(),
                    Optional.ofNullable(example.audit));
        } catch (JacksonException malformed) {
            throw CommandFailure.failed(file + ": " + malformed.getMessage());
        }
    }

    private static Map<String, Path> files(Path examples) throws IOException {
        try (Stream<Path> entries = Files.list(examples)) {
            Map<String, Path> files = new LinkedHashMap<>();
            entries.filter(entry -> Files.isRegularFile(entry.resolve(FILE)))
                    .sorted()
                    .forEach(entry ->
                            files.put(String.valueOf(entry.getFileName()).replace("/", ""), entry.resolve(FILE)));
            return files;
        }
    }
}
