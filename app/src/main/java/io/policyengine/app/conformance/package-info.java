/** The command {@code conformance}, which tests an ext_proc server or the policies behind an Envoy. */
@NullMarked
package io.policyengine.app.conformance;

import org.jspecify.annotations.NullMarked;
