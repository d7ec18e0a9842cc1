/** The command {@code demo}, which shows the engine between an Envoy and an upstream. */
@NullMarked
package io.policyengine.app.demo;

import org.jspecify.annotations.NullMarked;
