/** Tells a person what became of an exchange, and what would become of it by another configuration. */
@NullMarked
package io.policyengine.app.explain;

import org.jspecify.annotations.NullMarked;
