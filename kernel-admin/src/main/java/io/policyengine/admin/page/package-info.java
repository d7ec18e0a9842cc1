/** The page on which operators view the engine and change what the management API permits. */
@NullMarked
package io.policyengine.admin.page;

import org.jspecify.annotations.NullMarked;
