/** The command {@code top}, which shows a running engine live in a terminal. */
@NullMarked
package io.policyengine.app.top;

import org.jspecify.annotations.NullMarked;
