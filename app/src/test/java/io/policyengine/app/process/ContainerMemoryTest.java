package io.policyengine.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.memory.ProcessMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Holds the memory of the compose file to that of the container's page and of the image's heaps. */
class ContainerMemoryTest {
    private static final Path FOLDER = Path.of("../docker");
    private static final int MIB = 1536;

    @Test
    void isTheSameOnThePageAndInTheComposeFile() throws IOException {
        JsonNode engine = new YAMLMapper()
                .readTree(Files.readString(FOLDER.resolve("compose.yaml")))
                .path("services")
                .path("engine");

        assertThat(engine.path("mem_limit").asString()).isEqualTo(MIB + "m");
        assertThat(Files.readString(FOLDER.resolve("README.md")).replaceAll("\\s+", " "))
                .contains("with the defaults " + MIB / 1024.0 + " GiB");
    }

    @Test
    void hasRoomForBothProcesses() throws IOException {
        String image = Files.readString(FOLDER.resolve("Dockerfile"));
        long kernel = heap(image, "POLICY_ENGINE_KERNEL_HEAP");
        long worker = heap(image, "POLICY_ENGINE_WORKER_HEAP");

        // Together, although each process considers only itself.
        ProcessMemory both = new ProcessMemory((long) MIB << 20, kernel + worker + (96L << 20), 0);
        assertThat(both.hasRoomForHeap()).isTrue();
        assertThat(new ProcessMemory((long) MIB << 20, kernel, 0).hasRoomForDefaults())
                .isTrue();
    }

    private static long heap(String image, String variable) {
        int at = image.indexOf(variable + "=") + variable.length() + 1;
        return Long.parseLong(image.substring(at, image.indexOf('m', at))) << 20;
    }
}
