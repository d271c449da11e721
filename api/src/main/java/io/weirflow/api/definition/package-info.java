/**
 * What a user wrote, before it is checked: the same objects are made from a YAML file and by {@link
 * io.weirflow.api.definition.Pipelines}. Values are kept as text with their places, so that one lint judges both.
 */
@NullMarked
package io.weirflow.api.definition;

import org.jspecify.annotations.NullMarked;
