/** The command {@code demo}, which shows the engine at work with an Envoy and an upstream. */
@NullMarked
package io.policyengine.app.demo;

import org.jspecify.annotations.NullMarked;
