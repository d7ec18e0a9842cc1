/** Checks of a conf directory that need no running engine. */
@NullMarked
package io.policyengine.app.check;

import org.jspecify.annotations.NullMarked;
