package io.policyengine.core.config.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfTextsTest {
    @TempDir
    Path directory;

    @Test
    void tellsWhetherMoreCouldBeReadNow() throws IOException {
        Path gone = directory.resolve("gone");
        Files.writeString(directory.resolve("kernel.yaml"), "a: '${file:token}'");
        Files.write(directory.resolve("notes.yaml"), new byte[] {(byte) 0xff});
        ConfTexts texts = ConfTexts.readBlocking(directory);

        assertThat(texts.canReadMoreBlocking()).isFalse();
        assertThat(ConfTexts.readBlocking(gone).canReadMoreBlocking()).isTrue();
        Files.writeString(directory.resolve("token"), "hush");
        assertThat(texts.canReadMoreBlocking()).isTrue();
        texts = ConfTexts.readBlocking(directory);
        assertThat(texts.canReadMoreBlocking()).isFalse();
        Files.writeString(directory.resolve("notes.yaml"), "a: 1");
        assertThat(texts.canReadMoreBlocking()).isTrue();
    }
}
