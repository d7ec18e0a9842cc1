package io.policyengine.testkit.bypass;

import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The corpus of bypass cases. */
public final class BypassCases {
    private static final ParamsBinder<Corpus> BINDER = ParamsBinder.of(Corpus.class);
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private BypassCases() {}

    record Corpus(List<BypassCase> cases) {}

    /** Returns all cases in file order; throws IllegalStateException if the file is malformed. */
    public static List<BypassCase> all() {
        try (InputStream resource = BypassCases.class.getResourceAsStream("corpus.yaml")) {
            if (resource == null) {
                throw new IllegalStateException("no resource corpus.yaml");
            }
            return switch (BINDER.bind(YAML.readTree(resource))) {
                case BoundParams.Ok<Corpus>(Corpus corpus) -> corpus.cases();
                case BoundParams.Invalid<Corpus>(var problems) ->
                    throw new IllegalStateException("corpus.yaml: " + problems);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
