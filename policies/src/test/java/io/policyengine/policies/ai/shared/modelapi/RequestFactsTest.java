package io.policyengine.policies.ai.shared.modelapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.policies.format.json.JsonFault;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class RequestFactsTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Quotation marks are written as apostrophes. */
    private static RequestFacts read(String body) throws JsonFault {
        return RequestFacts.read(bytes(body), TextMeter.OCTETS, () -> false).orElseThrow();
    }

    private static byte[] bytes(String body) {
        return body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsWhatEachShapeAsks() throws JsonFault {
        RequestFacts chat = read("{'model':'gpt','stream':true,'n':3,'max_tokens':10,'max_completion_tokens':20,"
                + "'messages':[{'role':'user','content':'h\\u00e9'}]}");
        assertThat(chat.models()).containsExactly("gpt");
        assertThat(chat.streams()).isTrue();
        assertThat(chat.answers()).isEqualTo(3);
        assertThat(chat.maxOutputTokens(Set.of(ApiShape.OPENAI_CHAT))).isEqualTo(20);
        assertThat(chat.input().textSize()).isEqualTo("gpt".length() + "user".length() + 3);
        assertThat(chat.members())
                .containsExactlyInAnyOrder("model", "stream", "n", "max_tokens", "max_completion_tokens", "messages");

        assertThat(read("{'input':'x','max_output_tokens':7}").maxOutputTokens(Set.of(ApiShape.OPENAI_RESPONSES)))
                .isEqualTo(7);
        RequestFacts gemini = read("{'contents':[],'generationConfig':{'maxOutputTokens':5,'candidateCount':2}}");
        assertThat(gemini.maxOutputTokens(Set.of(ApiShape.GEMINI))).isEqualTo(5);
        assertThat(gemini.answers()).isEqualTo(2);
        assertThat(gemini.models()).isEmpty();
        assertThat(read("{'messages':[],'inferenceConfig':{'maxTokens':9}}").maxOutputTokens(Set.of(ApiShape.BEDROCK)))
                .isEqualTo(9);
    }

    @Test
    void takesOnlyMembersAtTheirPlaces() throws JsonFault {
        RequestFacts request = read("{'metadata':{'model':'no','max_tokens':1},'tools':[{'n':9,'stream':true}],"
                + "'generationConfig':[{'maxOutputTokens':3}],'x':{'y':{'maxOutputTokens':4}}}");

        assertThat(request.models()).isEmpty();
        assertThat(request.streams()).isFalse();
        assertThat(request.answers()).isOne();
        assertThat(request.highestBound()).isEqualTo(-1);
    }

    @Test
    void takesABoundOnlyForThoseWhoLookThere() throws JsonFault {
        RequestFacts request = read("{'max_output_tokens':1,'max_tokens':50}");

        assertThat(request.maxOutputTokens(Set.of(ApiShape.OPENAI_CHAT))).isEqualTo(50);
        assertThat(request.maxOutputTokens(Set.of(ApiShape.OPENAI_RESPONSES))).isEqualTo(1);
        assertThat(request.maxOutputTokens(Set.of(ApiShape.GEMINI))).isEqualTo(-1);
        assertThat(request.highestBound()).isEqualTo(50);
        assertThat(request.maxOutputTokens(Set.of(ApiShape.OPENAI_CHAT, ApiShape.OPENAI_RESPONSES)))
                .isEqualTo(50);
        assertThat(request.maxOutputTokens(Set.of(ApiShape.OPENAI_CHAT, ApiShape.GEMINI)))
                .isEqualTo(-1);
    }

    @Test
    void readsAllModelsThatAServerMayChooseFrom() throws JsonFault {
        RequestFacts request = read("{'models':['b','c'],'model':'a','fallbacks':[{'model':'d','x':'no'},'e'],"
                + "'tools':[{'model':'no'}],'messages':[{'models':['no']}]}");

        assertThat(request.models()).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
    }

    @Test
    void countsAttachmentsApartFromTexts() throws JsonFault {
        RequestFacts request =
                read("{'messages':[{'content':[{'text':'abc'},{'image_url':{'url':'data:image/png;base64,"
                        + "A".repeat(5_000) + "'}}]}]}");

        assertThat(request.input().attachments()).isOne();
        assertThat(request.input().textSize()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "true, true",
        "'\"true\"', true",
        "1, true",
        "'\"yes\"', true",
        "false, false",
        "null, false",
        "0, false",
        "'\"False\"', false",
        "{}, false"
    })
    void takesForAStreamWhatLenientProvidersTakeForOne(String value, boolean streams) throws JsonFault {
        assertThat(read("{'stream':" + value + "}").streams()).isEqualTo(streams);
    }

    @ParameterizedTest
    @CsvSource({
        "10, 10",
        "'\"12\"', 12",
        "1.5, 2",
        "1e3, 1000",
        "-1, -1",
        "0, -1",
        "null, -1",
        "'\"x\"', -1",
        "true, -1",
        "1e400, 9223372036854775807"
    })
    void readsBoundsHoweverTheyAreWritten(String value, long tokens) throws JsonFault {
        assertThat(read("{'max_tokens':" + value + "}").maxOutputTokens(Set.of(ApiShape.ANTHROPIC)))
                .isEqualTo(tokens);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'stream':true} | {'stream_options':{'include_usage':true},'stream':true}",
                "{ 'stream' : true , 'stream_options' : null } | {'stream':true,'stream_options':{'include_usage':true}}",
                "{'stream_options':{},'stream':true} | {'stream_options':{'include_usage':true},'stream':true}",
                "{'stream_options':{ 'x' : [1,{}] },'a':{}} | {'stream_options':{'include_usage':true,'x':[1,{}]},'a':{}}",
                "{'stream_options':{'stream_options':{}},'a':1} | {'stream_options':{'include_usage':true,'stream_options':{}},'a':1}",
                "{'stream_options':{'include_usage':false,'x':1}} | {'stream_options':{'include_usage':true,'x':1}}",
                "{'stream_options':{'x':1,'include_usage':'no'}} | {'stream_options':{'x':1,'include_usage':true}}",
                "{'stream_options':'yes','a':1} | {'stream_options':{'include_usage':true},'a':1}",
            })
    void makesAStreamTellItsUse(String before, String after) throws JsonFault {
        byte[] edited = Objects.requireNonNull(read(before).usageEdit()).appliedTo(bytes(before));

        assertThat(JSON.readTree(edited)).isEqualTo(JSON.readTree(bytes(after)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'stream_options':{'include_usage':true}}", "{'stream_options':[1]}"})
    void changesNothingWhereThatIsInVain(String body) throws JsonFault {
        assertThat(read(body).usageEdit()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{'a':1}x",
                "{'model':'a','model':'b'}",
                "{'model':'a','\\u006dodel':'b'}",
                "{'stream_options':{'include_usage':true,'include_usage':false}}",
                "\uFEFF{}",
                "{'a':tru}",
                "{'a':01}"
            })
    void refusesWhatReadersMayDifferAbout(String body) {
        assertThatExceptionOfType(JsonFault.class).isThrownBy(() -> read(body));
    }

    @Test
    void isNoneWhereItIsNoObject() throws JsonFault {
        assertThat(RequestFacts.read(bytes("[{'model':'a'}]"), TextMeter.OCTETS, () -> false))
                .isEmpty();
        assertThatExceptionOfType(JsonFault.class)
                .isThrownBy(
                        () -> RequestFacts.read("{}".getBytes(StandardCharsets.UTF_16), TextMeter.OCTETS, () -> false));
    }
}
