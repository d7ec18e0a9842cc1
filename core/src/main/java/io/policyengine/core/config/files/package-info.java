/** The files of a conf directory: read at one moment, and watched for changes. */
@NullMarked
package io.policyengine.core.config.files;

import org.jspecify.annotations.NullMarked;
