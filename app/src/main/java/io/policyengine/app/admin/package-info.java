/** A client of a running engine's management API. */
@NullMarked
package io.policyengine.app.admin;

import org.jspecify.annotations.NullMarked;
