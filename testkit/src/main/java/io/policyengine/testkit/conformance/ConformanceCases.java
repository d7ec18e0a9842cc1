package io.policyengine.testkit.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The cases of the conformance suite, one data file each. */
public final class ConformanceCases {
    private static final ParamsBinder<ConformanceCase> BINDER = ParamsBinder.of(ConformanceCase.class);
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private ConformanceCases() {}

    /** Returns all cases in the order of {@code index.txt}; throws IllegalStateException if a file is malformed. */
    public static List<ConformanceCase> all() {
        return text("index.txt").lines().map(ConformanceCases::read).toList();
    }

    private static ConformanceCase read(String file) {
        return switch (BINDER.bind(YAML.readTree(text(file)))) {
            case BoundParams.Ok<ConformanceCase>(ConformanceCase read) -> read;
            case BoundParams.Invalid<ConformanceCase>(var problems) ->
                throw new IllegalStateException("cases/" + file + ": " + problems);
        };
    }

    private static String text(String file) {
        try (InputStream resource = ConformanceCases.class.getResourceAsStream("cases/" + file)) {
            if (resource == null) {
                throw new IllegalStateException("no resource cases/" + file);
            }
            return new String(resource.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
