/** Streams that policies have looked at, read by the official client libraries of their providers. */
@NullMarked
package io.policyengine.it.clients;

import org.jspecify.annotations.NullMarked;
