package io.policyengine.core.params;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Keys of earlier versions, which nobody may write any more, and everybody may have written. */
class FormerKeysTest {
    private record Settings(
            @Formerly(value = "max_calls", since = "0.2.0") @Formerly(value = "calls", since = "0.3.0") @Default("1")
            int maxConcurrentCalls,

            @Default("{}") Part part,
            @Default("[]") List<Part> parts,
            @Default("{}") Map<String, Part> named) {}

    @Removed(key = "shards", since = "0.4.0", instead = "the number of processors says it")
    private record Part(
            @Default("0") @Formerly(value = "wait", since = "0.4.0")
            int waitMs) {}

    private static List<String> problems(String json) {
        return ParamsBinder.of(Settings.class).bind(JsonMapper.shared().readTree(json))
                        instanceof BoundParams.Invalid<?>(var found)
                ? found.stream()
                        .map(problem -> problem.pointer() + " " + problem.message())
                        .toList()
                : List.of();
    }

    @Test
    void anOldNameIsAnErrorThatNamesTheNewOne() {
        assertThat(problems("{\"max_calls\": 3}"))
                .containsExactly(
                        "/max_calls unknown key 'max_calls': it is called 'max_concurrent_calls' since version 0.2.0");
    }

    @Test
    void everyNameThatAKeyEverHadNamesTheOneOfToday() {
        assertThat(problems("{\"calls\": 3}"))
                .containsExactly("/calls unknown key 'calls': it is called 'max_concurrent_calls' since version 0.3.0");
    }

    @Test
    void anOldNameBesideTheNewOneIsNoLessAnError() {
        assertThat(problems("{\"calls\": 3, \"max_concurrent_calls\": 3}")).hasSize(1);
    }

    @Test
    void aRemovedKeyIsAnErrorThatSaysSinceWhenAndWhatTakesItsPlace() {
        assertThat(problems("{\"part\": {\"shards\": 2}}"))
                .containsExactly(
                        "/part/shards unknown key 'shards': it was removed in version 0.4.0; the number of processors says it");
    }

    @Test
    void keysOfListsAndMappingsAreToldToo() {
        assertThat(problems("{\"parts\": [{}, {\"wait\": 1}], \"named\": {\"a\": {\"shards\": 1, \"wait\": 1}}}"))
                .containsExactly(
                        "/parts/1/wait unknown key 'wait': it is called 'wait_ms' since version 0.4.0",
                        "/named/a/shards unknown key 'shards': it was removed in version 0.4.0; the number of processors says it",
                        "/named/a/wait unknown key 'wait': it is called 'wait_ms' since version 0.4.0");
    }

    @Test
    void theProblemIsThatOfAKeyNotOfItsValue() {
        assertThat(ParamsBinder.of(Settings.class).bind(JsonMapper.shared().readTree("{\"calls\": 3}")))
                .isInstanceOfSatisfying(
                        BoundParams.Invalid.class,
                        invalid -> assertThat(((BoundParams.Invalid<?>) invalid).problems())
                                .allMatch(ParamProblem::concernsKey));
    }

    @Test
    void otherKeysAreUnknownAsEver() {
        assertThat(problems("{\"part\": {\"wait_s\": 2}}"))
                .containsExactly("/part/wait_s unknown key 'wait_s', did you mean 'wait_ms'?");
    }

    private record NotGone(
            @Default("0") int calls,

            @Default("0") @Formerly(value = "calls", since = "0.3.0")
            int maxCalls) {}

    @Removed(key = "calls", since = "0.3.0", instead = "nothing")
    private record GoneTwice(
            @Default("0") @Formerly(value = "calls", since = "0.3.0")
            int maxCalls) {}

    @Test
    void aKeyOfTodayIsNoFormerOneAndNoneIsGoneInTwoWays() {
        assertThatThrownBy(() -> ParamsBinder.of(NotGone.class)).hasMessageContaining("'calls'");
        assertThatThrownBy(() -> ParamsBinder.of(GoneTwice.class)).hasMessageContaining("'calls'");
    }
}
