package io.policyengine.policies.ai.shared.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryModelsTest {
    @ParameterizedTest
    @CsvSource({
        "/a?model=small, small",
        "/a?x=1&model=small&models=x&model_id=y&mymodel=z, small",
        "/a?mode%6c=a%2fb, a/b",
        "/a?model=a%2Bb, a+b",
        "/a?x=model=large&model=small, small"
    })
    void readsTheParameterThatAllServersRead(String target, String model) {
        assertThat(QueryModels.in(target)).contains(List.of(model));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "/a?", "/model=x", "/a?models=x", "/a?Module=x", "/a?x=model", "/a?my[model]=x"})
    void findsNoModelWhereNoServerReadsOne(String target) {
        assertThat(QueryModels.in(target)).contains(List.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a?model=a&model=a",
                "/a?model=a&x=1&mode%6C=b",
                "/a?Model=a",
                "/a?MODEL=a",
                "/a?model=a&Model=b",
                "/a?model[]=a",
                "/a?model%5B%5D=a",
                "/a?model[0]=a",
                "/a?Model%5b0%5d=a",
                "/a?+model=a",
                "/a?model%20=a",
                "/a?%0amodel=a",
                "/a?model%00x=a",
                "/a?mod%2565l=a",
                "/a?x=1;model=a",
                "/a?model=a;model=b",
                "/a?model=a;Model=b"
            })
    void isUnclearWhereServersDiffer(String target) {
        assertThat(QueryModels.in(target)).isEmpty();
    }
}
