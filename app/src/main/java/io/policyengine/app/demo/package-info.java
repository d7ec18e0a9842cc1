/** The engine, an Envoy and an upstream, shown at work. */
@NullMarked
package io.policyengine.app.demo;

import org.jspecify.annotations.NullMarked;
