/** The page on which operators see the engine, and change what the management API lets them. */
@NullMarked
package io.policyengine.admin.page;

import org.jspecify.annotations.NullMarked;
