/** The one reader of forms ({@code application/x-www-form-urlencoded}, URL standard §5.1), as they come. */
@NullMarked
package io.policyengine.policies.format.form;

import org.jspecify.annotations.NullMarked;
