package io.policyengine.e2e.harness;

import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** Repeats a test, or all of a class, behind each Envoy of the run; {@code @EnumSource} repeats it behind both in every run. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ArgumentsSource(EachEnvoy.Versions.class)
public @interface EachEnvoy {
    /** The Envoys of the run. */
    final class Versions implements ArgumentsProvider {
        @Override
        public Stream<Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
            return EnvoyVersion.repeated().stream().map(Arguments::of);
        }
    }
}
